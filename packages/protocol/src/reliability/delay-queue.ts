import type { Clock, Timer } from "../ports/clock.js";

/** Something that waits in a queue, linked to its neighbours. */
export interface Delayed {
  dueMs: number;
  isDelayed: boolean;
  earlier: this | undefined;
  later: this | undefined;
}

/**
 * Things that are due after one and the same delay, so that the first to come is the first to be due. One timer serves
 * all and runs out even when nobody waits any more: cheap where most entries are cancelled soon.
 */
export class DelayQueue<T extends Delayed> {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #onDue: (entry: T) => void;
  #first: T | undefined;
  #last: T | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, onDue: (entry: T) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onDue = onDue;
  }

  /** Adds an entry that is not in the queue. */
  add(entry: T): void {
    entry.dueMs = this.#clock.nowMs() + this.#delayMs;
    entry.isDelayed = true;
    entry.earlier = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.later = entry;
    this.#last = entry;
    this.#timer ??= this.#clock.setTimer(this.#delayMs, this.#fire);
  }

  /** Has no effect on what is not in the queue. */
  cancel(entry: T): void {
    if (!entry.isDelayed) return;
    const { earlier, later } = entry;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    entry.isDelayed = false;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  /** Forgets everything. */
  clear(): void {
    for (let entry = this.#first; entry !== undefined; entry = this.#first) this.cancel(entry);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    for (let entry = this.#first; entry !== undefined && entry.dueMs <= nowMs; entry = this.#first) {
      this.cancel(entry);
      this.#onDue(entry);
    }
    const first = this.#first;
    if (first !== undefined) this.#timer ??= this.#clock.setTimer(first.dueMs - nowMs, this.#fire);
  };
}
