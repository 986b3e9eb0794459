import type { ClientResponse } from "../ports/engine.js";

type Responses<R> = AsyncIterableIterator<R, void, undefined>;

/** Responses whose endpoint opens with the first read; leaving does not queue behind a read that waits. */
export class DeferredResponses<R extends ClientResponse> implements Responses<R> {
  readonly #start: () => Promise<Responses<R>>;
  #responses: Promise<Responses<R>> | undefined;
  #hasLeft = false;

  constructor(start: () => Promise<Responses<R>>) {
    this.#start = start;
  }

  async next(): Promise<IteratorResult<R, void>> {
    if (this.#hasLeft) return { done: true, value: undefined };
    this.#responses ??= this.#start();
    const responses = await this.#responses;
    return this.#hasLeft ? { done: true, value: undefined } : responses.next();
  }

  async return(): Promise<IteratorResult<R, void>> {
    this.#hasLeft = true;
    const responses = await this.#responses?.catch(() => undefined); // whoever read has been told
    await responses?.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
