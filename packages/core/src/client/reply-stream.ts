import type { ClientResponse } from "../ports/engine.js";
import type { Deadline } from "./deadline.js";

/** What a stream of replies works with. */
export interface ReplyStreamParts<R, Q extends ClientResponse = ClientResponse> {
  /** Starts the time for the first reply. */
  startDeadline(): Deadline;
  /** Sends the request. */
  register(signal: AbortSignal): AsyncIterable<Q>;
  /** @returns undefined for what its reader is not to see @throws ResponseError, DecodeError */
  read(response: Q): Promise<R | undefined>;
}

/** Replies to one request, sent with the first read; leaving the loop, `return` and `await using` end it. */
export class ReplyStream<R, Q extends ClientResponse = ClientResponse>
  implements AsyncIterableIterator<R, void, undefined>, AsyncDisposable
{
  readonly #parts: ReplyStreamParts<R, Q>;
  #deadline: Deadline | undefined;
  #responses: AsyncIterator<Q> | undefined;
  #hasEnded = false;

  /** @internal */
  constructor(parts: ReplyStreamParts<R, Q>) {
    this.#parts = parts;
  }

  async next(): Promise<IteratorResult<R, void>> {
    if (this.#hasEnded) return { done: true, value: undefined };
    this.#deadline ??= this.#parts.startDeadline();
    try {
      this.#responses ??= this.#parts.register(this.#deadline.signal)[Symbol.asyncIterator]();
      for (let result = await this.#responses.next(); result.done !== true; result = await this.#responses.next()) {
        this.#deadline.stopTimer();
        const value = await this.#parts.read(result.value);
        if (value !== undefined) return { done: false, value };
      }
    } catch (error) {
      await this.return();
      throw this.#deadline.causeOf(error);
    }
    return this.return();
  }

  /** Ends the request. */
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
