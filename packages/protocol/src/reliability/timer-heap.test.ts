import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock, Timer } from "../ports/clock.js";
import { HEAP_IDLE, TimerHeap } from "./timer-heap.js";

/** A clock without promises, so that a model can drive it. */
class SteppedClock implements Clock {
  time = 0;
  readonly timers = new Map<object, { dueMs: number; callback: () => void }>();

  nowMs(): number {
    return this.time;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const key = {};
    this.timers.set(key, { dueMs: this.time + delayMs, callback });
    return { cancel: () => void this.timers.delete(key) };
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, { dueMs }]) => dueMs <= end).sort(([, a], [, b]) => a.dueMs - b.dueMs);
      const [first] = due;
      if (first === undefined) break;
      this.timers.delete(first[0]);
      this.time = Math.max(this.time, first[1].dueMs);
      first[1].callback();
    }
    this.time = end;
  }
}

interface Entry {
  readonly id: number;
  dueMs: number;
  heapIndex: number;
}

const step = fc.oneof(
  fc.record({ op: fc.constant("schedule" as const), id: fc.nat(30), ms: fc.nat(500) }),
  fc.record({ op: fc.constant("cancel" as const), id: fc.nat(30), ms: fc.constant(0) }),
  fc.record({ op: fc.constant("advance" as const), id: fc.constant(0), ms: fc.nat(300) }),
);

describe("TimerHeap", () => {
  it("does as a sorted list does, behind one timer at most", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const clock = new SteppedClock();
        const fired: [number, number][] = [];
        const heap = new TimerHeap<Entry>(clock, ({ id }) => fired.push([id, clock.time]));
        const entries = Array.from({ length: 31 }, (_, id): Entry => ({ id, dueMs: 0, heapIndex: HEAP_IDLE }));
        const model = new Map<number, number>();
        for (const { op, id, ms } of steps) {
          if (op === "schedule") {
            heap.schedule(entries[id] as Entry, ms);
            model.set(id, clock.time + ms);
          } else if (op === "cancel") {
            heap.cancel(entries[id] as Entry);
            model.delete(id);
          } else {
            const due = [...model].filter(([, at]) => at <= clock.time + ms);
            fired.length = 0;
            clock.advance(ms);
            expect([...fired].sort(([a], [b]) => a - b)).toEqual(due.sort(([a], [b]) => a - b));
            expect(fired.map(([, at]) => at)).toEqual(fired.map(([, at]) => at).sort((a, b) => a - b));
            for (const [other] of due) model.delete(other);
          }
          expect(heap.size).toBe(model.size);
          expect(clock.timers.size).toBe(model.size === 0 ? 0 : 1);
        }
        heap.clear();
        expect(clock.timers.size).toBe(0);
        expect(entries.every(({ heapIndex }) => heapIndex === HEAP_IDLE)).toBe(true);
      }),
    );
  });

  it("lets a callback schedule and cancel others that are due at the same time", () => {
    const clock = new SteppedClock();
    const entries = Array.from({ length: 3 }, (_, id): Entry => ({ id, dueMs: 0, heapIndex: HEAP_IDLE }));
    const [first, second, third] = entries as [Entry, Entry, Entry];
    const fired: number[] = [];
    const heap: TimerHeap<Entry> = new TimerHeap(clock, ({ id }) => {
      fired.push(id);
      if (fired.length > 1) return;
      heap.cancel(id === 0 ? second : first);
      heap.schedule(third, 10);
    });
    heap.schedule(first, 5);
    heap.schedule(second, 5);
    clock.advance(5);
    expect(fired).toHaveLength(1);
    clock.advance(10);
    expect(fired).toEqual([fired[0], 2]);
    expect(clock.timers.size).toBe(0);
  });
});
