import type { ClientResponse } from "@coapkit/core";
import type { Counters } from "../counters.js";

/** Notifications that wait for a slow reader; beyond them the oldest goes, as only the newest matters. RFC 7641 §1.3. */
const MAX_WAITING = 64;

/** Responses of one request, from the receive path to the reader. */
export class ResponseQueue {
  readonly #waiting: ClientResponse[] = [];
  readonly #counters: Counters;
  #wake: (() => void) | undefined;
  #isEnded = false;
  #error: Error | undefined;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  push(response: ClientResponse): void {
    if (this.#isEnded) return;
    this.#waiting.push(response);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#counters.add("notificationsSkipped");
    }
    this.#wake?.();
  }

  /** No more will come; the reader gets what waits, then the error. */
  end(error?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<ClientResponse, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#isEnded) return;
      else await this.#somethingComes();
    }
  }

  #somethingComes(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
