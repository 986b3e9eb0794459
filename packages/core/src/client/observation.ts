import type { ClientResponse } from "../ports/engine.js";
import type { Deadline } from "./deadline.js";

/** What an observation works with. */
export interface ObservationParts<R> {
  /** Starts the time for the first reply. */
  startDeadline(): Deadline;
  /** Registers. */
  register(signal: AbortSignal): AsyncIterable<ClientResponse>;
  /** @throws ResponseError, DecodeError */
  read(response: ClientResponse): Promise<R>;
}

/**
 * Replies as the resource changes, the newest to a slow reader. RFC 7641. The first read registers; leaving the loop,
 * `return` and `await using` deregister. It ends when the server ends it, after one reply where the server does not
 * observe, and with an error as a request does.
 */
export class Observation<R> implements AsyncIterableIterator<R, void, undefined>, AsyncDisposable {
  readonly #parts: ObservationParts<R>;
  #deadline: Deadline | undefined;
  #responses: AsyncIterator<ClientResponse> | undefined;
  #hasEnded = false;

  /** @internal */
  constructor(parts: ObservationParts<R>) {
    this.#parts = parts;
  }

  async next(): Promise<IteratorResult<R, void>> {
    if (this.#hasEnded) return { done: true, value: undefined };
    this.#deadline ??= this.#parts.startDeadline();
    try {
      this.#responses ??= this.#parts.register(this.#deadline.signal)[Symbol.asyncIterator]();
      const result = await this.#responses.next();
      this.#deadline.stopTimer();
      if (result.done !== true) return { done: false, value: await this.#parts.read(result.value) };
    } catch (error) {
      await this.return();
      throw this.#deadline.causeOf(error);
    }
    return this.return();
  }

  /** Deregisters. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.#hasEnded = true;
    this.#deadline?.end();
    await this.#responses?.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
