import type { Clock, Timer } from "../../src/ports/clock.js";

interface Waiting {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Time that a test moves. */
export class VirtualClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  #nowMs = 0;

  /** Timers that wait. */
  get pendingTimers(): number {
    return this.#waiting.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#waiting.add(timer);
    return { cancel: () => void this.#waiting.delete(timer) };
  }

  /** Moves time on; promises that a timer settles get their turn before the next timer fires. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#waiting.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }

  /** The first timer that is due until then; the one set first among several. */
  #next(endMs: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const timer of this.#waiting) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
