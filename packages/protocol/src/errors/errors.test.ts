import { describe, expect, it } from "vitest";
import { CoapkitError, isCoapkitError } from "./coapkit-error.js";
import { AbortedError, ClosedError, NetworkError, ResetError, TimeoutError } from "./network-error.js";
import { ProtocolError } from "./protocol-error.js";

describe("CoapkitError", () => {
  it.each([
    [TimeoutError, "COAPKIT_ERR_TIMEOUT"],
    [ResetError, "COAPKIT_ERR_RESET"],
    [ClosedError, "COAPKIT_ERR_CLOSED"],
    [AbortedError, "COAPKIT_ERR_ABORTED"],
  ])("%o is a NetworkError with its code, cause and name", (ErrorClass, code) => {
    const cause = new Error("socket");
    const error = new ErrorClass("It failed.", { cause });
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code, cause, message: "It failed.", name: ErrorClass.name });
    expect(error.stack).toMatch(new RegExp(`^${ErrorClass.name}: It failed\\.`));
    expect(isCoapkitError(error, code)).toBe(true);
    expect(isCoapkitError(error, "COAPKIT_ERR_OTHER")).toBe(false);
  });

  it("shows nothing but code and cause as own keys, so that logs stay short", () => {
    expect(Object.keys(new ProtocolError("Bad."))).toEqual(["code"]);
  });

  it("lets a subclass narrow the code of ProtocolError", () => {
    class BlockError extends ProtocolError {
      override readonly code = "COAPKIT_ERR_BLOCK";
    }
    expect(isCoapkitError(new BlockError("Bad."), "COAPKIT_ERR_BLOCK")).toBe(true);
  });

  it("is recognized when another copy of the package made it", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("coapkit/error")]: true, code: "COAPKIT_ERR_TIMEOUT" });
    expect(foreign).not.toBeInstanceOf(CoapkitError);
    expect(isCoapkitError(foreign, "COAPKIT_ERR_TIMEOUT")).toBe(true);
  });

  it("is not anything else", () => {
    for (const value of [
      undefined,
      null,
      "COAPKIT_ERR_TIMEOUT",
      1,
      {},
      new Error("x"),
      { code: "COAPKIT_ERR_TIMEOUT" },
    ])
      expect(isCoapkitError(value)).toBe(false);
  });
});
