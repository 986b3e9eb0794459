import { describe, expect, it } from "vitest";
import { readTransferOptions } from "./transfer-options.js";

describe("readTransferOptions", () => {
  it("reads direction, clients and time", () => {
    const args = ["--port", "7", "--direction", "upload", "--clients", "16", "--seconds", "0"];
    expect(readTransferOptions(args)).toEqual({
      host: "127.0.0.1",
      port: 7,
      direction: "upload",
      clients: 16,
      seconds: 0,
      patienceSeconds: 6,
    });
  });

  it.each([
    [["--direction", "sideways"], '--direction is upload or download, not "sideways".'],
    [["--clients", "0"], "--clients is a number from 1 to 1000"],
  ])("refuses %j by name", (args, message) => {
    expect(() => readTransferOptions(args)).toThrow(message);
  });
});
