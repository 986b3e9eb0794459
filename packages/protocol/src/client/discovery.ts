import type { ClientCounters } from "./client-counters.js";
import type { IncomingResponse } from "./incoming-response.js";
import type { ResponseReceiver } from "./pending-request.js";

/** Most answers that wait for the reader of a discovery. */
const MAX_WAITING = 256;

/** Answers to a request that went to a group, from whoever sends them, until the time is over. RFC 7252 §8.2. */
export class Discovery implements ResponseReceiver {
  readonly #counters: ClientCounters;
  readonly #waiting: IncomingResponse[] = [];
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  constructor(counters: ClientCounters) {
    this.#counters = counters;
  }

  accepts(): boolean {
    return true;
  }

  onResponse(response: IncomingResponse): void {
    if (this.#waiting.length >= MAX_WAITING) this.#counters.responsesSkipped++;
    else this.#waiting.push(response);
    this.#wake();
  }

  onFailure(error: Error): void {
    this.end(error);
  }

  onDue(): void {
    this.end(undefined);
  }

  /** Nothing more is awaited. */
  end(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** The next answer; `undefined` after the last. Rejects with why the discovery failed. */
  async next(): Promise<IncomingResponse | undefined> {
    for (;;) {
      if (this.#end?.error !== undefined) throw this.#end.error;
      const response = this.#waiting.shift();
      if (response !== undefined || this.#end !== undefined) return response;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
