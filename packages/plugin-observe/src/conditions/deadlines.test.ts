import { VirtualClock } from "@coapkit/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deadlines } from "./deadlines.js";

interface Entry {
  dueMs: number | undefined;
}

describe("Deadlines", () => {
  it("calls at the time, in order, behind one timer", async () => {
    const clock = new VirtualClock();
    const called: [number, number][] = [];
    const entries: Entry[] = [30, 10, 20, 10].map((dueMs) => ({ dueMs }));
    const deadlines = new Deadlines<Entry>(clock, (entry) => called.push([clock.nowMs(), entries.indexOf(entry)]));
    for (const entry of entries) deadlines.update(entry);
    expect([deadlines.size, clock.pendingTimers]).toEqual([4, 1]);
    const [, , moved, dropped] = entries as [Entry, Entry, Entry, Entry];
    moved.dueMs = 40;
    deadlines.update(moved);
    dropped.dueMs = undefined;
    deadlines.update(dropped);
    await clock.advance(100);
    expect(called).toEqual([
      [10, 1],
      [30, 0],
      [40, 2],
    ]);
    expect([deadlines.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  it("waits longer than a timer can", async () => {
    const clock = new VirtualClock();
    const called: number[] = [];
    const deadlines = new Deadlines<Entry>(clock, () => called.push(clock.nowMs()));
    deadlines.update({ dueMs: 5e9 });
    await clock.advance(6e9);
    expect(called).toEqual([5e9]);
  });

  it("calls each once, at its last time, whatever is moved and removed", async () => {
    const step = fc.record({ at: fc.nat(9), dueMs: fc.option(fc.nat(1000), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 300, size: "max" }), async (steps) => {
        const clock = new VirtualClock();
        const entries: Entry[] = Array.from({ length: 10 }, () => ({ dueMs: undefined }));
        const called = new Map<number, number>();
        const deadlines = new Deadlines<Entry>(clock, (entry) => called.set(entries.indexOf(entry), clock.nowMs()));
        for (const { at, dueMs } of steps) {
          const entry = entries[at] as Entry;
          entry.dueMs = dueMs;
          deadlines.update(entry);
        }
        await clock.advance(1000);
        const expected = entries.flatMap(({ dueMs }, at) => (dueMs === undefined ? [] : [[at, dueMs] as const]));
        expect([...called].sort()).toEqual(expected.sort());
        expect([deadlines.size, clock.pendingTimers]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });
});
