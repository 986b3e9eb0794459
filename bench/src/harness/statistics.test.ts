import { describe, expect, it } from "vitest";
import { median, sum } from "./statistics.js";

describe("median", () => {
  it("is the middle of an odd and the mean of the two middle ones of an even number of values", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });
});

describe("sum", () => {
  it("adds the values up", () => {
    expect([sum([]), sum([1, 2, 3])]).toEqual([0, 6]);
  });
});
