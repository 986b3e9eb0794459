import { describe, expect, it } from "vitest";
import { readSessionsOptions } from "./sessions-options.js";

describe("readSessionsOptions", () => {
  it("reads where, how many and how", () => {
    expect(readSessionsOptions(["--port", "7", "--sources", "2", "--security", "psk"])).toEqual({
      host: "127.0.0.1",
      port: 7,
      sources: 2,
      security: { mode: "psk", folder: undefined },
    });
  });

  it("refuses to do without sessions", () => {
    expect(() => readSessionsOptions([])).toThrow("--security is psk or certificate");
  });
});
