import type { Clock, Timer } from "../ports/clock.js";

/** Something that waits, linked to those that wait before and after it. */
export interface Waiting {
  previous: this | undefined;
  next: this | undefined;
  /** When its time is over, on the clock of the list. */
  dueMs: number;
}

/**
 * Runs that wait, all for the same time at most, in the order in which their time ends. One timer serves them all and
 * runs on when nobody waits, since most runs end soon; a run that ends in time is unlinked, so that nothing of it stays.
 */
export class DeadlineList<T extends Waiting> {
  readonly delayMs: number;
  readonly #clock: Clock;
  readonly #onDue: (run: T) => void;
  #first: T | undefined;
  #last: T | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, onDue: (run: T) => void) {
    this.#clock = clock;
    this.delayMs = delayMs;
    this.#onDue = onDue;
  }

  /** @param nowMs when its time begins to run, on the clock */
  add(run: T, nowMs: number): void {
    run.dueMs = nowMs + this.delayMs;
    run.previous = this.#last;
    if (this.#last === undefined) this.#first = run;
    else this.#last.next = run;
    this.#last = run;
    this.#timer ??= this.#clock.setTimer(this.delayMs, this.#expire);
  }

  remove(run: T): void {
    if (run.previous === undefined && this.#first !== run) return;
    if (run.previous === undefined) this.#first = run.next;
    else run.previous.next = run.next;
    if (run.next === undefined) this.#last = run.previous;
    else run.next.previous = run.previous;
    run.previous = undefined;
    run.next = undefined;
  }

  /** Lets go of the timer. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Ends all that wait, whether their time is over or not. */
  expireAll(): void {
    for (let run = this.#first; run !== undefined; run = this.#first) this.#end(run);
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    for (let run = this.#first; run !== undefined && run.dueMs <= nowMs; run = this.#first) this.#end(run);
    if (this.#first !== undefined) this.#timer ??= this.#clock.setTimer(this.#first.dueMs - nowMs, this.#expire);
  };

  #end(run: T): void {
    this.remove(run);
    this.#onDue(run);
  }
}
