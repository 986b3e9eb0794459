import { describe, expect, it } from "vitest";
import { Freshness } from "./freshness.js";

describe("Freshness", () => {
  const cases: readonly (readonly [number, number, boolean])[] = [
    [1, 2, true],
    [2, 1, false],
    [5, 5, false],
    [0, 2 ** 23 - 1, true],
    [0, 2 ** 23, false],
    [2 ** 24 - 1, 0, true],
    [0, 2 ** 24 - 1, false],
    [2 ** 23 + 5, 4, true],
  ];
  it.each(cases)("after %i takes %i: %s", (previous, sequence, isFresh) => {
    const freshness = new Freshness();
    expect(freshness.accept(previous, 0)).toBe(true);
    expect(freshness.accept(sequence, 1)).toBe(isFresh);
  });

  it("takes anything more than 128 s later, counted from the last that it took", () => {
    const freshness = new Freshness();
    freshness.accept(9, 0);
    freshness.accept(10, 100_000);
    expect(freshness.accept(3, 228_000)).toBe(false);
    expect(freshness.accept(3, 228_001)).toBe(true);
  });

  it("takes anything after reset", () => {
    const freshness = new Freshness();
    freshness.accept(9, 0);
    freshness.reset();
    expect(freshness.accept(3, 1)).toBe(true);
  });
});
