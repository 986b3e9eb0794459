import { Code, OptionNumber } from "@coapkit/protocol";
import { CoapError } from "../errors/coap-error.js";
import type { RequestRun } from "./request-run.js";
import type { WaitingRuns } from "./waiting-runs.js";

/**
 * A body as its handler reads it: chunk by chunk where the engine streams it, else in one. The handler's time stops while
 * a chunk is waited for, and begins anew with it.
 */
export class IncomingBody implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #run: RequestRun;
  readonly #waiting: WaitingRuns;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #receivedBytes = 0;
  #failure: CoapError | undefined;

  constructor(run: RequestRun, waiting: WaitingRuns) {
    const { payload, bodyStream } = run.request;
    this.#run = run;
    this.#waiting = waiting;
    this.#chunks = (bodyStream ?? wholeBody(new Uint8Array(payload)))[Symbol.asyncIterator]();
  }

  /** Rejects with a CoapError: 4.08 when the body cannot be completed, 4.13 above the limit of its route. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#waiting.beginRead(this.#run);
    try {
      const { done, value } = await this.#chunks.next();
      return done === true ? { done, value: undefined } : { done: false, value: this.#counted(value) };
    } catch (cause) {
      this.#failure ??= this.#failureOf(cause);
      throw this.#failure;
    } finally {
      this.#waiting.endRead(this.#run);
    }
  }

  /** Reads no further; the transfer ends with the answer. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #counted(chunk: Uint8Array): Uint8Array {
    const { bodyLimitBytes } = this.#run.plan;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes <= bodyLimitBytes) return chunk;
    this.#failure = tooLarge(bodyLimitBytes);
    throw this.#failure;
  }

  /** An engine that counts as well has refused a block already: hooks are to see the code that the client has seen. */
  #failureOf(cause: unknown): CoapError {
    const isTooLarge = (cause as { responseCode?: unknown } | undefined)?.responseCode === Code.RequestEntityTooLarge;
    return isTooLarge ? tooLarge(this.#run.plan.bodyLimitBytes, cause) : incomplete(cause);
  }
}

async function* wholeBody(payload: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (payload.length > 0) yield payload;
}

function tooLarge(bodyLimitBytes: number, cause?: unknown): CoapError {
  const options = [{ number: OptionNumber.Size1, value: bodyLimitBytes }];
  return new CoapError(Code.RequestEntityTooLarge, `The body may have ${bodyLimitBytes} bytes.`, { options, cause });
}

function incomplete(cause: unknown): CoapError {
  return new CoapError(Code.RequestEntityIncomplete, "The body did not come to its end.", { cause });
}
