import type { Clock } from "../ports/clock.js";
import { DeadlineList, type Waiting } from "./deadline-list.js";

/** Everything that waits within a time limit: one list for each distinct limit, of which an app has a few. */
export class Deadlines<T extends Waiting & { readonly timeoutMs: number }> {
  readonly #clock: Clock;
  readonly #onDue: (waiting: T) => void;
  readonly #lists = new Map<number, DeadlineList<T>>();

  /** @param onDue called with what has waited for its whole `timeoutMs` milliseconds */
  constructor(clock: Clock, onDue: (waiting: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  add(waiting: T): void {
    const { timeoutMs } = waiting;
    let list = this.#lists.get(timeoutMs);
    if (list === undefined) {
      list = new DeadlineList(this.#clock, timeoutMs, this.#onDue);
      this.#lists.set(timeoutMs, list);
    }
    list.add(waiting);
  }

  /** Has no effect on what does not wait. */
  remove(waiting: T): void {
    this.#lists.get(waiting.timeoutMs)?.remove(waiting);
  }

  /** Lets go of all timers. */
  stop(): void {
    for (const list of this.#lists.values()) list.stop();
  }

  /** Ends everything that waits. */
  expireAll(): void {
    for (const list of this.#lists.values()) list.expireAll();
  }
}
