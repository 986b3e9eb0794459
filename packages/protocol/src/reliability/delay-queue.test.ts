import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock, Timer } from "../ports/clock.js";
import { type Delayed, DelayQueue } from "./delay-queue.js";

const DELAY_MS = 100;

/** One timer at a time, without promises, so that a model can drive it. */
class SteppedClock implements Clock {
  time = 0;
  timersSet = 0;
  #timer: { dueMs: number; callback: () => void } | undefined;

  get isIdle(): boolean {
    return this.#timer === undefined;
  }

  nowMs(): number {
    return this.time;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    expect(this.#timer, "a second timer").toBeUndefined();
    this.timersSet++;
    const timer = { dueMs: this.time + delayMs, callback };
    this.#timer = timer;
    return {
      cancel: () => {
        if (this.#timer === timer) this.#timer = undefined;
      },
    };
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (let timer = this.#timer; timer !== undefined && timer.dueMs <= end; timer = this.#timer) {
      this.#timer = undefined;
      this.time = timer.dueMs;
      timer.callback();
    }
    this.time = end;
  }
}

class Entry implements Delayed {
  dueMs = 0;
  isDelayed = false;
  earlier: this | undefined = undefined;
  later: this | undefined = undefined;
  constructor(readonly id: number) {}
}

function queueOf(clock: Clock): { queue: DelayQueue<Entry>; due: [id: number, atMs: number][] } {
  const due: [number, number][] = [];
  const queue = new DelayQueue<Entry>(clock, DELAY_MS, ({ id }) => due.push([id, clock.nowMs()]));
  return { queue, due };
}

describe("DelayQueue", () => {
  it("gives each entry at its time, with one timer", () => {
    const clock = new SteppedClock();
    const { queue, due } = queueOf(clock);
    for (let id = 0; id < 3; id++) {
      queue.add(new Entry(id));
      clock.advance(10);
    }
    clock.advance(DELAY_MS);
    expect(due).toEqual([
      [0, 100],
      [1, 110],
      [2, 120],
    ]);
    expect(clock.isIdle).toBe(true);
  });

  it("does not touch its timer for entries that are cancelled", () => {
    const clock = new SteppedClock();
    const { queue, due } = queueOf(clock);
    for (let id = 0; id < 1_000; id++) {
      const entry = new Entry(id);
      queue.add(entry);
      queue.cancel(entry);
      queue.cancel(entry);
    }
    expect(clock.timersSet).toBe(1);
    clock.advance(DELAY_MS);
    expect([due, clock.isIdle]).toEqual([[], true]);
  });

  it("is empty and without a timer after clear", () => {
    const clock = new SteppedClock();
    const { queue, due } = queueOf(clock);
    const entries = [0, 1, 2].map((id) => new Entry(id));
    for (const entry of entries) queue.add(entry);
    queue.clear();
    expect(clock.isIdle).toBe(true);
    expect(
      entries.every(({ isDelayed, earlier, later }) => !isDelayed && earlier === undefined && later === undefined),
    ).toBe(true);
    clock.advance(DELAY_MS);
    expect(due).toEqual([]);
  });

  it("does what a list of deadlines does", () => {
    const step = fc.record({ cancels: fc.option(fc.nat(20)), waitMs: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const clock = new SteppedClock();
        const { queue, due } = queueOf(clock);
        const entries: Entry[] = [];
        let model = new Map<number, number>();
        const expected: [number, number][] = [];
        for (const { cancels, waitMs } of steps) {
          const id = entries.length;
          const entry = new Entry(id);
          entries.push(entry);
          queue.add(entry);
          model.set(id, clock.time + DELAY_MS);
          const victim = cancels === null ? undefined : entries[cancels];
          if (victim !== undefined) {
            queue.cancel(victim);
            model.delete(victim.id);
          }
          clock.advance(waitMs);
          expected.push(...[...model].filter(([, dueMs]) => dueMs <= clock.time));
          model = new Map([...model].filter(([, dueMs]) => dueMs > clock.time));
        }
        clock.advance(DELAY_MS);
        expect(due).toEqual([...expected, ...model]);
      }),
    );
  });
});
