import type { Clock } from "../ports/clock.js";
import { closeLate } from "./body-source.js";
import { Deadlines } from "./deadlines.js";
import type { DispatchCounters } from "./dispatch-counters.js";
import type { RequestRun } from "./request-run.js";

/** Goes on with a run once what it waited for has settled. A constant one, so that waiting makes no closure for it. */
export type Continuation = (run: RequestRun, settled: unknown) => void;

/** What the runs that wait are told. */
export interface WaitingRunsParts {
  readonly clock: Clock;
  readonly counters: DispatchCounters;
  /** What is waited for was rejected, or a continuation threw. */
  readonly onFailed: Continuation;
  /** The time of the run is over, or the app closes. */
  onExpired(run: RequestRun): void;
}

/** The runs that have left the fast path: each goes on when its promise settles, unless its time is over by then. */
export class WaitingRuns {
  readonly #parts: WaitingRunsParts;
  readonly #deadlines: Deadlines<RequestRun>;
  /** Runs that wait for a chunk of their body: their time does not run, the engine's for the transfer does. */
  readonly #reading = new Set<RequestRun>();
  #onIdle: (() => void) | undefined;

  constructor(parts: WaitingRunsParts) {
    this.#parts = parts;
    this.#deadlines = new Deadlines(parts.clock, (run) => parts.onExpired(run));
  }

  /** Waits for a promise, then calls `next`. */
  wait(run: RequestRun, promise: PromiseLike<unknown>, next: Continuation): void {
    if (!run.isWaiting) this.#enter(run);
    const { turn } = run;
    promise.then(
      (value) => this.#resume(run, turn, next, value),
      (error: unknown) => this.#resume(run, turn, this.#parts.onFailed, error),
    );
  }

  /** Takes out a run that is answered. Has no effect on one that does not wait. */
  leave(run: RequestRun): void {
    if (!run.isWaiting) return;
    run.isWaiting = false;
    if (run.reads > 0) this.#reading.delete(run);
    else this.#deadlines.remove(run);
    const { counters } = this.#parts;
    counters.inFlight--;
    if (counters.inFlight === 0) this.#onIdle?.();
  }

  /** Stops the time of a run that waits for its body. */
  beginRead(run: RequestRun): void {
    if (run.reads++ > 0 || !run.isWaiting) return;
    this.#deadlines.remove(run);
    this.#reading.add(run);
  }

  /** Gives a run its whole time again, once nothing of its body is waited for. */
  endRead(run: RequestRun): void {
    if (--run.reads > 0 || !run.isWaiting) return;
    this.#reading.delete(run);
    this.#deadlines.add(run, this.#parts.clock.nowMs());
  }

  /** Resolves once no run waits. */
  async idle(): Promise<void> {
    if (this.#parts.counters.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Ends the time of every run. */
  expireAll(): void {
    this.#deadlines.expireAll();
    for (const run of this.#reading) this.#parts.onExpired(run);
  }

  /** Lets go of all timers. */
  stop(): void {
    this.#deadlines.stop();
  }

  #enter(run: RequestRun): void {
    run.isWaiting = true;
    this.#parts.counters.inFlight++;
    if (run.reads > 0) this.#reading.add(run);
    else this.#deadlines.add(run, run.receivedMs > 0 ? run.receivedMs : this.#parts.clock.nowMs());
  }

  #resume(run: RequestRun, turn: number, next: Continuation, settled: unknown): void {
    const { counters, onFailed } = this.#parts;
    if (run.turn !== turn) {
      counters.lateResults++;
      if (next !== onFailed) closeLate(settled);
      return;
    }
    run.turn++;
    try {
      next(run, settled);
    } catch (error) {
      onFailed(run, error);
    }
  }
}
