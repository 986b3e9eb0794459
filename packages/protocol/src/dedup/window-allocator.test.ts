import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WindowAllocator } from "./window-allocator.js";

const SMALLEST = 32;
const LARGEST = 512;

type Step = { readonly allocate: number } | { readonly free: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ allocate: fc.integer({ min: 0, max: 4 }).map((bits) => SMALLEST << bits) }),
  fc.record({ free: fc.nat() }),
);

describe("WindowAllocator", () => {
  it("never gives out blocks that overlap, are misplaced or lie outside, and joins all that is given back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.array(step, { maxLength: 200 }), (total, steps) => {
        const allocator = new WindowAllocator(total, SMALLEST, LARGEST);
        const largest = Math.min(LARGEST, 2 ** Math.floor(Math.log2(Math.max(total, SMALLEST))));
        const usable = total - (total % largest);
        const taken: { at: number; size: number }[] = [];
        for (const action of steps) {
          if ("free" in action) {
            const [block] = taken.length === 0 ? [] : taken.splice(action.free % taken.length, 1);
            if (block !== undefined) allocator.free(block.at, block.size);
            continue;
          }
          const size = action.allocate;
          const at = allocator.allocate(size);
          if (at < 0) {
            expect(hasFreeBlock(taken, size, usable, largest)).toBe(false);
            continue;
          }
          expect(at % size).toBe(0);
          expect(at + size).toBeLessThanOrEqual(usable);
          for (const other of taken) expect(at + size <= other.at || other.at + other.size <= at).toBe(true);
          taken.push({ at, size });
        }
        for (const { at, size } of taken) allocator.free(at, size);
        for (let block = 0; block < usable / largest; block++)
          expect(allocator.allocate(largest)).toBeGreaterThanOrEqual(0);
        expect(allocator.allocate(SMALLEST)).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });

  it("has nothing to give where the budget is smaller than the smallest block", () => {
    expect(new WindowAllocator(SMALLEST - 1, SMALLEST, LARGEST).allocate(SMALLEST)).toBe(-1);
  });
});

/** Whether an aligned range of this size is free; buddies are joined at once, so there must be none when asked in vain. */
function hasFreeBlock(taken: { at: number; size: number }[], size: number, usable: number, largest: number): boolean {
  if (size > largest) return false;
  for (let at = 0; at + size <= usable; at += size) {
    if (taken.every((other) => at + size <= other.at || other.at + other.size <= at)) return true;
  }
  return false;
}
