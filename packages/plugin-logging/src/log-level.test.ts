import { describe, expect, it } from "vitest";
import { levelFromEnvironment } from "./log-level.js";

describe("levelFromEnvironment", () => {
  it.each([
    [undefined, "info"],
    ["", "info"],
    ["debug", "debug"],
    ["WARN", "warn"],
    ["silent", "silent"],
  ])("reads LOG_LEVEL=%s as %s", (text, level) => {
    expect(levelFromEnvironment(text === undefined ? {} : { LOG_LEVEL: text })).toBe(level);
  });

  it("refuses a level that does not exist and names those that do", () => {
    expect(() => levelFromEnvironment({ LOG_LEVEL: "verbose" })).toThrow(/LOG_LEVEL is "verbose".*debug, info/);
  });
});
