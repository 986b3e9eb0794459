import { describe, expect, it } from "vitest";
import { readObserveOptions } from "./observe-options.js";

describe("readObserveOptions", () => {
  it("makes 100 changes unless told otherwise", () => {
    expect(readObserveOptions(["--observers", "10000"])).toMatchObject({
      observers: 10_000,
      changes: 100,
      seconds: 60,
    });
  });

  it.each([
    [["--observers", "20001"], "--observers is a number from 1 to 20000"],
    [["--changes", "0"], "--changes is a number from 1"],
    [["--patience-ms", "no"], "--patience-ms is a number from 1"],
  ])("refuses %j by name", (args, message) => {
    expect(() => readObserveOptions(args)).toThrow(message);
  });
});
