import { Code } from "../code/code.js";
import { AbortedError, ClosedError, TimeoutError } from "../errors/network-error.js";
import type { Clock } from "../ports/clock.js";
import { type BlockValue, blockOffset } from "./block-option.js";
import { BlockRefusedError } from "./block-refused-error.js";
import type { Block1Counters } from "./block1-assembler.js";
import { type Block1Refusal, checkBlock1, incomplete } from "./block1-outcome.js";
import { type AnswerBlock, Block1Stream } from "./block1-stream.js";
import { contentEtag, isSameEtag } from "./etag.js";
import { type DropReason, type LruEntry, LruStore } from "./lru-store.js";

/** What a {@link Block1StreamAssembler} needs; its limits have defaults. */
export interface Block1StreamSettings<R> {
  readonly clock: Clock;
  /** Whether a handler's response ends the transfer as soon as it is sent, whatever comes then. @defaultValue none does */
  readonly isError?: ((response: R) => boolean) | undefined;
  /** Called with a handler's response that no block came for any more. */
  readonly onUnsent?: ((response: R) => void) | undefined;
  readonly limits?:
    | {
        /** Unfinished bodies in all; each holds one block at most. @defaultValue 1024 */
        readonly bodies?: number | undefined;
        /** Unfinished bodies of one peer. @defaultValue 16 */
        readonly bodiesPerPeer?: number | undefined;
        /** How long a body waits for its next block, or for its handler to take one, in milliseconds. @defaultValue 60000 */
        readonly idleMs?: number | undefined;
      }
    | undefined;
}

const UNTAKEN: Block1Refusal = Object.freeze({
  kind: "refused",
  code: Code.ServiceUnavailable,
  diagnostic: "Not taken in time",
});

const NO_ROOM: Block1Refusal = Object.freeze({
  kind: "refused",
  code: Code.ServiceUnavailable,
  diagnostic: "No room for bodies in blocks",
});

interface Upload<R> {
  readonly stream: Block1Stream<R>;
  /** Place and digest of the block received last, to know it again. */
  lastOffset: number;
  lastBytes: number;
  lastDigest: Uint8Array;
}

/**
 * Server side of Block1 transfers whose handlers take the body block by block, as it comes: bodies of any size in
 * constant memory. Otherwise as `Block1Assembler`: in order, block 0 begins anew, the block received last may come again,
 * and at a limit the longest idle transfer ends.
 */
export class Block1StreamAssembler<R> {
  readonly #uploads: LruStore<Upload<R>>;
  readonly #onUnsent: (response: R) => void;
  readonly #isError: (response: R) => boolean;
  #refused = 0;

  constructor({ clock, limits = {}, isError = () => false, onUnsent = () => undefined }: Block1StreamSettings<R>) {
    this.#isError = isError;
    this.#onUnsent = onUnsent;
    const bounds = {
      bytes: Number.POSITIVE_INFINITY,
      entries: limits.bodies ?? 1024,
      perPeer: limits.bodiesPerPeer ?? 16,
      idleMs: limits.idleMs ?? 60_000,
    };
    this.#uploads = new LruStore<Upload<R>>(clock, bounds, (upload, reason) => this.#drop(upload, reason));
  }

  /** Numbers of the moment. */
  get counters(): Block1Counters {
    const { size, bytes, evicted, expired } = this.#uploads;
    return { uploads: size, uploadBytes: bytes, evicted, expired, refused: this.#refused };
  }

  /**
   * Takes a block, of a route whose bodies have at most `limitBytes`. Returns the stream when the block begins one: hand
   * it to the handler, and its response to `finish`, also when the handler throws. `answer` is called once for each
   * block: at once, or when the handler gets so far.
   */
  accept(
    peer: number,
    key: string,
    block: BlockValue,
    payload: Uint8Array,
    size1: number | undefined,
    limitBytes: number,
    answer: AnswerBlock<R>,
    ifNoneMatch = false,
  ): Block1Stream<R> | undefined {
    const upload = this.#uploads.get(key);
    const refusal = checkBlock1(block, payload, size1, limitBytes) ?? checkOrder(upload?.value, block, payload);
    if (refusal !== undefined) {
      this.#refuse(upload, refusal, answer);
      return undefined;
    }
    if (upload !== undefined && block.more && isRepeated(upload.value, blockOffset(block), payload)) {
      this.#uploads.touch(upload);
      upload.value.stream.repeat(answer);
      return undefined;
    }
    if (block.number === 0) return this.#begin(upload, peer, key, block, payload, size1, answer, ifNoneMatch);
    if (upload !== undefined) this.#append(upload, block, payload, answer);
    return undefined;
  }

  /** Ends the transfers of a peer. */
  forgetPeer(peer: number): void {
    this.#uploads.forgetPeer(peer);
  }

  /** Ends all transfers. */
  clear(): void {
    this.#uploads.clear();
  }

  #begin(
    former: LruEntry<Upload<R>> | undefined,
    peer: number,
    key: string,
    block: BlockValue,
    payload: Uint8Array,
    size1: number | undefined,
    answer: AnswerBlock<R>,
    ifNoneMatch: boolean,
  ): Block1Stream<R> | undefined {
    if (former !== undefined) {
      this.#uploads.remove(former);
      this.#end(former.value, new AbortedError("The client began the transfer anew."), undefined);
    }
    const stream: Block1Stream<R> = new Block1Stream(size1, ifNoneMatch, {
      onTaken: () => this.#onTaken(key),
      onSent: (response) => this.#onSent(key, stream, response),
    });
    const upload = { stream, lastOffset: 0, lastBytes: payload.length, lastDigest: contentEtag(payload) };
    if (block.more && this.#uploads.add(peer, key, upload, payload.length) === undefined) {
      this.#refuse(undefined, NO_ROOM, answer);
      return undefined;
    }
    stream.push(new Uint8Array(payload), !block.more, answer);
    return stream;
  }

  #append(upload: LruEntry<Upload<R>>, block: BlockValue, payload: Uint8Array, answer: AnswerBlock<R>): void {
    const { stream } = upload.value;
    upload.value.lastOffset = blockOffset(block);
    upload.value.lastBytes = payload.length;
    upload.value.lastDigest = contentEtag(payload);
    if (block.more) this.#uploads.touch(upload);
    else this.#uploads.remove(upload);
    stream.push(new Uint8Array(payload), !block.more, answer);
  }

  #onTaken(key: string): void {
    const upload = this.#uploads.get(key);
    if (upload !== undefined) this.#uploads.touch(upload);
  }

  /** After an error its client stops; RFC 7959 §2.9 has 4.08 for one that does not. */
  #onSent(key: string, stream: Block1Stream<R>, response: R): void {
    const upload = this.#uploads.get(key);
    if (upload?.value.stream === stream && this.#isError(response)) this.#uploads.remove(upload);
  }

  #refuse(upload: LruEntry<Upload<R>> | undefined, refusal: Block1Refusal, answer: AnswerBlock<R>): void {
    this.#refused++;
    answer(refusal);
    if (upload === undefined) return;
    this.#uploads.remove(upload);
    this.#end(upload.value, new BlockRefusedError(refusal), refusal);
  }

  #drop(upload: Upload<R>, reason: DropReason): void {
    if (reason === "expired")
      this.#end(upload, new TimeoutError("No block came, or none was taken, in time."), UNTAKEN);
    else if (reason === "evicted")
      this.#end(upload, new AbortedError("The transfer had to make room for another."), UNTAKEN);
    else this.#end(upload, new ClosedError("The peer or the endpoint is gone."), undefined);
  }

  #end({ stream }: Upload<R>, error: Error, refusal: Block1Refusal | undefined): void {
    const { unsent } = stream;
    if (unsent !== undefined) this.#onUnsent(unsent);
    stream.fail(error, refusal);
  }
}

function isRepeated<R>(upload: Upload<R>, offset: number, payload: Uint8Array): boolean {
  const { lastOffset, lastBytes, lastDigest } = upload;
  if (offset !== lastOffset || payload.length !== lastBytes) return false;
  return isSameEtag(contentEtag(payload), lastDigest);
}

function checkOrder<R>(
  upload: Upload<R> | undefined,
  block: BlockValue,
  payload: Uint8Array,
): Block1Refusal | undefined {
  if (block.number === 0) return undefined;
  if (upload === undefined) return incomplete("No block before this one is known");
  const offset = blockOffset(block);
  const receivedBytes = upload.lastOffset + upload.lastBytes;
  if (offset === receivedBytes || (block.more && isRepeated(upload, offset, payload))) return undefined;
  return incomplete(`Blocks up to ${receivedBytes} are known`);
}
