import { isCoapkitError, TimeoutError } from "@coapkit/protocol";
import type { Clock, Timer } from "../ports/clock.js";

/** What ends a call from outside: the caller's signal, and the time that the caller gives it. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: Timer | undefined;
  #timeout: TimeoutError | undefined;

  /** @param request method and URI, for the message */
  constructor(clock: Clock, request: string, timeoutMs: number | undefined, outer: AbortSignal | undefined) {
    this.#outer = outer;
    if (outer?.aborted === true) this.#onAbort();
    else outer?.addEventListener("abort", this.#onAbort, { once: true });
    if (timeoutMs === undefined) return;
    this.#timer = clock.setTimer(timeoutMs, () => {
      this.#timeout = new TimeoutError(`No reply to ${request} within ${timeoutMs} ms; is the server up?`);
      this.#controller.abort(this.#timeout);
    });
  }

  /** Fires at the first of both. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the call really failed: an engine takes the end of time for its caller's wish. */
  causeOf(error: unknown): unknown {
    return isCoapkitError(error, "COAPKIT_ERR_ABORTED") ? (this.#timeout ?? error) : error;
  }

  /** The reply is there: time does not matter any more. */
  stopTimer(): void {
    this.#timer?.cancel();
  }

  /** The call is over. */
  end(): void {
    this.stopTimer();
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#controller.abort(this.#outer?.reason);
}
