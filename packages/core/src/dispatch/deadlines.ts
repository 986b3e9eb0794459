import type { Clock } from "../ports/clock.js";
import { DeadlineList, type Waiting } from "./deadline-list.js";

/** Everything that waits within a time limit: one list for each distinct limit, of which an app has a few. */
export class Deadlines<T extends Waiting & { readonly timeoutMs: number }> {
  readonly #clock: Clock;
  readonly #onDue: (waiting: T) => void;
  readonly #lists = new Map<number, DeadlineList<T>>();
  /** The list that was used last: the only one, in most apps. */
  #latest: DeadlineList<T> | undefined;

  /** @param onDue called with what has waited for its whole `timeoutMs` milliseconds */
  constructor(clock: Clock, onDue: (waiting: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param nowMs when the time begins to run, on the clock */
  add(waiting: T, nowMs: number): void {
    this.#listOf(waiting.timeoutMs).add(waiting, nowMs);
  }

  /** Has no effect on what does not wait. */
  remove(waiting: T): void {
    this.#listOf(waiting.timeoutMs).remove(waiting);
  }

  /** Lets go of all timers. */
  stop(): void {
    for (const list of this.#lists.values()) list.stop();
  }

  /** Ends everything that waits. */
  expireAll(): void {
    for (const list of this.#lists.values()) list.expireAll();
  }

  #listOf(timeoutMs: number): DeadlineList<T> {
    if (this.#latest?.delayMs === timeoutMs) return this.#latest;
    const list = this.#lists.get(timeoutMs) ?? new DeadlineList(this.#clock, timeoutMs, this.#onDue);
    this.#lists.set(timeoutMs, list);
    this.#latest = list;
    return list;
  }
}
