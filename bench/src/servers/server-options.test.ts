import { describe, expect, it } from "vitest";
import { readServerOptions } from "./server-options.js";

describe("readServerOptions", () => {
  it("listens on 127.0.0.1:5683 unless told otherwise", () => {
    expect(readServerOptions([])).toEqual({
      host: "127.0.0.1",
      port: 5683,
      isAsync: false,
      hasImage: false,
      isAlwaysConfirmable: false,
      security: { mode: "none", folder: undefined },
    });
    expect(
      readServerOptions(["--port", "0", "--host", "127.0.0.2", "--async", "--image", "--always-confirmable"]),
    ).toMatchObject({ host: "127.0.0.2", port: 0, isAsync: true, hasImage: true, isAlwaysConfirmable: true });
  });

  it.each([["65536"], ["-1"], [""], ["abc"]])("refuses port %j", (port) => {
    expect(() => readServerOptions([`--port=${port}`])).toThrow(`--port is a number from 0 to 65535, not "${port}".`);
  });
});
