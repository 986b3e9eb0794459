import { AbortedError } from "../errors/network-error.js";
import type { Block1Refusal } from "./block1-outcome.js";

/** Answer to the request that brought one block of a {@link Block1Stream}. */
export type Block1StreamAnswer<R> =
  /** 2.31 with the Block1 of the request: the handler has taken the block. RFC 7959 §2.9.1. */
  | { readonly kind: "continue" }
  /** The handler's response, with the Block1 of the request. */
  | { readonly kind: "final"; readonly response: R }
  /** A newer request took this one's place: its client does not wait any more, and any answer will do. */
  | { readonly kind: "superseded" }
  | Block1Refusal;

/** Takes the answer to one request; called once, perhaps before the call that handed it over returns. */
export type AnswerBlock<R> = (answer: Block1StreamAnswer<R>) => void;

/** Told of what becomes of a {@link Block1Stream}. */
export interface Block1StreamHooks<R> {
  /** The handler takes a block. */
  readonly onTaken?: (() => void) | undefined;
  /** The handler's response has answered a block. */
  readonly onSent?: ((response: R) => void) | undefined;
}

interface Waiter {
  readonly resolve: (payload: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

const CONTINUE = Object.freeze({ kind: "continue" } as const);
const SUPERSEDED = Object.freeze({ kind: "superseded" } as const);

/**
 * Body of a request while it arrives, block by block, for a handler that need not have it whole. It holds one block at
 * most: the client is told to continue when the handler has taken that, so a slow handler slows its client down.
 *
 * It can be iterated once. Iteration throws when the body cannot be completed: `COAPKIT_ERR_TIMEOUT` when no block came
 * in time, `COAPKIT_ERR_PROTOCOL` when a block does not follow, `COAPKIT_ERR_ABORTED` when the client began anew or the
 * transfer had to make room, or when the response was given before the end of the body; `COAPKIT_ERR_CLOSED` when the
 * peer or the endpoint is gone.
 */
export class Block1Stream<R> implements AsyncIterable<Uint8Array> {
  #held: Uint8Array | undefined;
  #answer: AnswerBlock<R> | undefined;
  #waiter: Waiter | undefined;
  #response: { readonly value: R } | undefined;
  #error: Error | undefined;
  #hasLast = false;
  #isClaimed = false;
  #isSent = false;
  /** Whether the handler has taken the last block. */
  #isWhole = false;
  readonly #hooks: Block1StreamHooks<R>;

  constructor(
    /** Size1 of block 0: what the client says the body has, in bytes; not to be trusted. */
    readonly size1: number | undefined,
    /** Whether block 0 had If-None-Match; later blocks never do. RFC 7959 §2.10. */
    readonly ifNoneMatch: boolean,
    hooks: Block1StreamHooks<R> = {},
  ) {
    this.#hooks = hooks;
  }

  /** The handler's response while no block has come that it answers. */
  get unsent(): R | undefined {
    return this.#isSent ? undefined : this.#response?.value;
  }

  /** The blocks, in bytes that belong to the caller. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#isClaimed) return;
    this.#isClaimed = true;
    for (let payload = await this.#take(); payload !== undefined; payload = await this.#take()) yield payload;
  }

  /**
   * The handler's response, at the end of the body or before: it answers the block that waits for an answer, or else the
   * next one. Only the first one counts.
   * @returns false where it comes too late, as the transfer has failed or has its response
   */
  finish(response: R): boolean {
    if (this.#response !== undefined || this.#error !== undefined) return false;
    this.#response = { value: response };
    this.#held = undefined;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(answeredEarly());
    this.#replyFinally(response);
    return true;
  }

  /** Takes the next block; the one before has been answered. */
  push(payload: Uint8Array, isLast: boolean, answer: AnswerBlock<R>): void {
    this.#answer = answer;
    if (this.#response !== undefined) {
      this.#replyFinally(this.#response.value);
      return;
    }
    this.#hasLast = isLast;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) {
      this.#held = payload;
      return;
    }
    waiter.resolve(payload);
    this.#acknowledge();
  }

  /** Takes the block that was pushed last once more, in a new request. */
  repeat(answer: AnswerBlock<R>): void {
    if (this.#answer === undefined && this.#response === undefined) {
      answer(CONTINUE);
      return;
    }
    this.#reply(SUPERSEDED);
    this.#answer = answer;
    if (this.#response !== undefined) this.#replyFinally(this.#response.value);
  }

  /** Ends the body with an error for the handler, and a refusal for the block that waits for an answer. */
  fail(error: Error, refusal: Block1Refusal | undefined): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#held = undefined;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
    this.#reply(refusal ?? SUPERSEDED);
  }

  #take(): Promise<Uint8Array | undefined> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      this.#acknowledge();
      return Promise.resolve(held);
    }
    if (this.#isWhole) return Promise.resolve(undefined);
    if (this.#response !== undefined) return Promise.reject(answeredEarly());
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** The last block is answered by the response, any other as soon as it is taken. */
  #acknowledge(): void {
    this.#hooks.onTaken?.();
    this.#isWhole = this.#hasLast;
    if (!this.#isWhole) this.#reply(CONTINUE);
  }

  #replyFinally(response: R): void {
    if (this.#answer === undefined) return;
    this.#isSent = true;
    this.#reply({ kind: "final", response });
    this.#hooks.onSent?.(response);
  }

  #reply(answer: Block1StreamAnswer<R>): void {
    const reply = this.#answer;
    this.#answer = undefined;
    reply?.(answer);
  }
}

function answeredEarly(): AbortedError {
  return new AbortedError("The request has its answer already; read the body to its end before answering.");
}
