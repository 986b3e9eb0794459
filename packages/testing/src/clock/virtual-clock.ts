import type { Clock, Timer } from "@coapkit/core";

/** One timer that waits. */
interface Waiting {
  readonly dueMs: number;
  /** Order of setting: timers due at the same time fire in it. */
  readonly sequence: number;
  readonly callback: () => void;
}

/**
 * Time that stands still until a test moves it: a day of waiting takes no time at all.
 * @example
 * const clock = new VirtualClock();
 * const app = await createApp({ clock, plugins: [mine()] });
 * await clock.advance(30_000);
 */
export class VirtualClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  #nowMs: number;
  #sequence = 0;

  /** @param startMs first reading, in milliseconds. @defaultValue 0 */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Never fires before {@link advance} has moved time, not even with a delay of 0. */
  setTimer(delayMs: number, callback: () => void): Timer {
    const timer: Waiting = { dueMs: this.#nowMs + Math.max(0, delayMs), sequence: this.#sequence++, callback };
    this.#waiting.add(timer);
    return { cancel: () => void this.#waiting.delete(timer) };
  }

  /** How many timers wait; a test of an endpoint ends by finding 0. */
  get pendingTimers(): number {
    return this.#waiting.size;
  }

  /** Time from now to the next timer in milliseconds, or `undefined` when none waits. */
  get nextTimerMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.dueMs - this.#nowMs;
  }

  /**
   * Moves time on and fires what falls due, each timer at its own time and in order, also timers that other timers
   * set. Promises that they settle get their turn before the next timer fires.
   * @param ms milliseconds, 0 or more
   * @throws RangeError for a time that would go back; whatever a timer's callback throws
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`Time cannot be advanced by ${ms} ms; pass 0 or more.`);
    const endMs = this.#nowMs + ms;
    await settle();
    for (let timer = this.#next(); timer !== undefined && timer.dueMs <= endMs; timer = this.#next()) {
      this.#waiting.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #next(): Waiting | undefined {
    let next: Waiting | undefined;
    for (const timer of this.#waiting) {
      if (next === undefined || isBefore(timer, next)) next = timer;
    }
    return next;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}

/** One turn of the event loop: every promise that can settle without I/O has. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
