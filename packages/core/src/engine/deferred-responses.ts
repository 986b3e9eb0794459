import type { ClientResponse } from "../ports/engine.js";

type Responses = AsyncIterableIterator<ClientResponse, void, undefined>;

/** Responses whose endpoint opens with the first read; leaving does not queue behind a read that waits. */
export class DeferredResponses implements AsyncIterableIterator<ClientResponse, void, undefined> {
  readonly #start: () => Promise<Responses>;
  #responses: Promise<Responses> | undefined;
  #hasLeft = false;

  constructor(start: () => Promise<Responses>) {
    this.#start = start;
  }

  async next(): Promise<IteratorResult<ClientResponse, void>> {
    if (this.#hasLeft) return { done: true, value: undefined };
    this.#responses ??= this.#start();
    const responses = await this.#responses;
    return this.#hasLeft ? { done: true, value: undefined } : responses.next();
  }

  async return(): Promise<IteratorResult<ClientResponse, void>> {
    this.#hasLeft = true;
    const responses = await this.#responses?.catch(() => undefined); // whoever read has been told
    await responses?.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
