import type { Clock } from "../ports/clock.js";
import { DeadlineList } from "./deadline-list.js";
import type { RequestRun } from "./request-run.js";

/** The time limits of an app: one list for each distinct limit, made at boot. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lists = new Map<number, DeadlineList>();
  /** Called with a run whose time is over. */
  onDue: (run: RequestRun) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The list for a limit in milliseconds. */
  of(timeoutMs: number): DeadlineList {
    let list = this.#lists.get(timeoutMs);
    if (list === undefined)
      this.#lists.set(timeoutMs, (list = new DeadlineList(this.#clock, timeoutMs, (run) => this.onDue(run))));
    return list;
  }

  /** Ends every run that waits. */
  expireAll(): void {
    for (const list of this.#lists.values()) list.expireAll();
  }
}
