import { describe, expect, it } from "vitest";
import { readHandshakesOptions } from "./handshakes-options.js";

describe("readHandshakesOptions", () => {
  it("reads where, how often and how", () => {
    const args = ["--port", "7", "--sources", "2", "--seconds", "0.5", "--warmup-seconds", "0", "--security", "psk"];
    expect(readHandshakesOptions(args)).toEqual({
      host: "127.0.0.1",
      port: 7,
      sources: 2,
      seconds: 0.5,
      warmupSeconds: 0,
      security: { mode: "psk", folder: undefined },
    });
  });

  it.each([
    [[], "--security is psk or certificate"],
    [["--security", "psk", "--sources", "0"], "--sources is a number from 1 to 1000"],
  ])("refuses %j by name", (args, message) => {
    expect(() => readHandshakesOptions(args)).toThrow(message);
  });
});
