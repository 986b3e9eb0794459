import { describe, expect, it } from "vitest";
import { inParallel } from "./in-parallel.js";

describe("inParallel", () => {
  it("does everything once and never more than its width at a time", async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      done.push(item);
    });
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it("passes a failure on", async () => {
    await expect(inParallel([1], 8, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
