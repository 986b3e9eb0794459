import { CoapError, Code, type RequestContext, type Response } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { exchangeLevel } from "./exchange-level.js";

describe("exchangeLevel", () => {
  const levelOf = (code: number, error?: unknown) =>
    exchangeLevel({ error } as RequestContext, { code } as Response, "debug");

  it.each([Code.Content, Code.Changed, Code.Created, Code.Valid])(
    "gives success %i the level of the option",
    (code) => {
      expect(levelOf(code)).toBe("debug");
    },
  );

  it.each([Code.BadRequest, Code.NotFound, Code.Unauthorized, Code.BadOption])("gives %i info", (code) => {
    expect(levelOf(code)).toBe("info");
  });

  it("gives a request without an answer warn", () => {
    expect(exchangeLevel({ error: undefined } as RequestContext, undefined, "debug")).toBe("warn");
  });

  it("gives 5.00 error, whoever says it", () => {
    expect(levelOf(Code.InternalServerError, new TypeError("bug"))).toBe("error");
    expect(levelOf(Code.InternalServerError)).toBe("error");
  });

  it("gives a 5.xx that was meant warn", () => {
    expect(levelOf(Code.ServiceUnavailable)).toBe("warn");
    expect(levelOf(Code.BadGateway, new CoapError(Code.BadGateway, "the meter does not answer"))).toBe("warn");
  });

  it.each([new TypeError("bug"), "bug", null])("gives a bug that a hook has mapped to another 5.xx error", (error) => {
    expect(levelOf(Code.ServiceUnavailable, error)).toBe("error");
  });
});
