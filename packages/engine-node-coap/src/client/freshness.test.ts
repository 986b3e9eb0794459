import { describe, expect, it } from "vitest";
import { Freshness } from "./freshness.js";

describe("Freshness (RFC 7641 §3.4)", () => {
  it.each([
    [10, 11, 0, true],
    [10, 10, 0, false],
    [10, 9, 0, false],
    [0xffffff, 0, 0, true],
    [0, 0x7fffff, 0, true],
    [0, 0x800000, 0, false],
    [10, 9, 128_001, true],
  ])("after %i takes %i, %i ms later: %s", (first, second, laterMs, isFresh) => {
    const freshness = new Freshness();
    expect(freshness.accept(first, 0)).toBe(true);
    expect(freshness.accept(second, laterMs)).toBe(isFresh);
  });
});
