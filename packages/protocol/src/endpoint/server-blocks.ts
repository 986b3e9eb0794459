import { type BlockValue, decodeBlock, encodeBlock, szxFor } from "../block/block-option.js";
import { Block1Assembler } from "../block/block1-assembler.js";
import type { AnswerBlock, Block1Stream } from "../block/block1-stream.js";
import { Block1StreamAssembler } from "../block/block1-stream-assembler.js";
import { type Block2Slice, readBlock2, sliceBlock2 } from "../block/block2-slicer.js";
import { bodyKey } from "../block/body-key.js";
import { RepresentationStore } from "../block/representation-store.js";
import { Code, isSuccessCode } from "../code/code.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import { closeBody, type ImmediateResponse, type OutgoingResponse } from "../exchange/outgoing-response.js";
import { OptionFlag } from "../message/message-scanner.js";
import { OptionNumber } from "../option/option-number.js";
import type { OptionsView } from "../option/options-view.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import { bare, refusal, size1Of } from "./block-answers.js";
import {
  askedBlock,
  bodyOf,
  isEmpty,
  isRepresentation,
  type Representation,
  size2Of,
  withEtag,
  withoutObserve,
} from "./representation.js";

/** Limits of what is under way block by block. */
export interface ServerBlockLimits {
  readonly bodiesBytes: number;
  readonly bodiesPerPeer: number;
  readonly bodyIdleMs: number;
  readonly streamedUploads: number;
  readonly representationsBytes: number;
}

/** What the server's side of block-wise transfer works with. */
export interface ServerBlockParts {
  readonly clock: Clock;
  readonly limits: ServerBlockLimits;
  /** Largest payload of a message, in bytes. */
  readonly blockBytes: number;
  /** Largest body that a request may have; -1 where its answer does not depend on the body. */
  bodyLimitBytes(method: number, options: OptionsView): number;
  /** Whether the request's body is handed over block by block. */
  streamsBody(method: number, options: OptionsView): boolean;
}

/** A handler's response to a streamed body; `undefined` where none is to be sent. */
type StreamResponse = OutgoingResponse | undefined;

/** Longest Size1 value. RFC 7959 §4 */
const MAX_SIZE_BYTES = 4;
/** What a source is counted with in the store: it holds a block or two. */
const SOURCE_BYTES = 4_096;

/** Undoes block-wise transfer of requests and does it for responses, so that handlers see whole bodies. RFC 7959. */
export class ServerBlocks {
  readonly #parts: ServerBlockParts;
  readonly #assembler: Block1Assembler;
  readonly #streams: Block1StreamAssembler<StreamResponse>;
  readonly #representations: RepresentationStore<Representation>;
  readonly #maxSzx: number;
  #isClosed = false;

  constructor(parts: ServerBlockParts) {
    const { clock, limits, blockBytes } = parts;
    this.#parts = parts;
    this.#maxSzx = szxFor(blockBytes);
    this.#assembler = new Block1Assembler({ clock, limits: { ...limits, idleMs: limits.bodyIdleMs } });
    this.#streams = new Block1StreamAssembler<StreamResponse>({
      clock,
      limits: { bodies: limits.streamedUploads, bodiesPerPeer: limits.bodiesPerPeer, idleMs: limits.bodyIdleMs },
      isError: (response) => response !== undefined && !isSuccessCode(response.code),
      onUnsent: (response) => response && closeBody(response.payload),
    });
    this.#representations = new RepresentationStore<Representation>({
      clock,
      limits: { bytes: limits.representationsBytes },
      onDrop: ({ body }) => closeBody(body),
    });
  }

  get counters() {
    const whole = this.#assembler.counters;
    const streamed = this.#streams.counters;
    const { representations, representationBytes, evicted } = this.#representations.counters;
    return {
      uploads: whole.uploads + streamed.uploads,
      streamedUploads: streamed.uploads,
      uploadBytes: whole.uploadBytes + streamed.uploadBytes,
      uploadsEvicted: whole.evicted + streamed.evicted,
      uploadsExpired: whole.expired + streamed.expired,
      blocksRefused: whole.refused + streamed.refused,
      representations,
      representationBytes,
      representationsEvicted: evicted,
    };
  }

  /**
   * Looks at a request with a Block option before anybody else does.
   * @returns the answer where there is one already, or `undefined`: then the request is whole
   */
  answer(request: IncomingRequest): OutgoingResponse | undefined {
    if ((request.flags & OptionFlag.Block1) !== 0 && hasBody(request.method)) {
      const refusal = this.#assemble(request);
      if (refusal !== undefined) return refusal;
    }
    return (request.flags & OptionFlag.Block2) === 0 ? undefined : this.#continue(request);
  }

  /** Largest body of a request whose body is streamed; -1 for any other. */
  streamLimitBytes({ method, options }: IncomingRequest): number {
    const { streamsBody, bodyLimitBytes } = this.#parts;
    return streamsBody(method, options) ? bodyLimitBytes(method, options) : -1;
  }

  /** Takes a block of a streamed body. @returns the body where the block begins it */
  acceptStreamed(
    request: IncomingRequest,
    block: BlockValue,
    limitBytes: number,
    answer: AnswerBlock<StreamResponse>,
  ): Block1Stream<StreamResponse> | undefined {
    const size1 = request.options.uint(OptionNumber.Size1, MAX_SIZE_BYTES);
    return this.#streams.accept(request.peerId, keyOf(request), block, request.payload, size1, limitBytes, answer);
  }

  /** Whether a response can go out as it is. */
  fits(request: IncomingRequest, response: OutgoingResponse): response is ImmediateResponse {
    if (request.block1 >= 0) return false;
    const { code, payload } = response;
    if ((request.flags & (OptionFlag.Block2 | OptionFlag.Size2)) !== 0)
      return !isRepresentation(code) && isEmpty(payload);
    if (typeof payload === "string") return payload.length * 3 <= this.#parts.blockBytes;
    return payload instanceof Uint8Array && payload.length <= this.#parts.blockBytes;
  }

  /**
   * The block of a response that the request asks for, with its options; the rest is kept for the next requests.
   * Rejects and throws as the response's source does.
   */
  cut(request: IncomingRequest, response: OutgoingResponse): ImmediateResponse | Promise<ImmediateResponse> {
    const { code, contentFormat, options } = response;
    const representation: Representation = { code, contentFormat, options, body: bodyOf(response) };
    try {
      const slice = readBlock2(representation.body, askedBlock(request, representation), this.#maxSzx);
      if (!(slice instanceof Promise)) return this.#sliced(request, representation, slice);
      return slice.then(
        (read) => this.#sliced(request, representation, read),
        (error: unknown) => this.#giveUp(request, representation, error),
      );
    } catch (error) {
      return this.#giveUp(request, representation, error);
    }
  }

  /** The first block of a notification, in the size of the registration. RFC 7959 §2.6 */
  firstBlock(request: IncomingRequest, response: ImmediateResponse): ImmediateResponse {
    if (this.fits(request, response)) return response;
    const { code, contentFormat, options } = response;
    const body = bodyOf(response);
    const representation: Representation = { code, contentFormat, options, body };
    const asked = askedBlock(request, representation);
    const slice = sliceBlock2(body, asked && { ...asked, number: 0 }, this.#maxSzx);
    return this.#sliced(request, representation, slice, false);
  }

  forgetPeer(peer: PeerId): void {
    this.#assembler.forgetPeer(peer);
    this.#streams.forgetPeer(peer);
    this.#representations.forgetPeer(peer);
  }

  /** Forgets everything, and keeps nothing from here on. */
  clear(): void {
    this.#isClosed = true;
    this.#assembler.clear();
    this.#streams.clear();
    this.#representations.clear();
  }

  /** Adds a block to its body. @returns the answer to the block, or `undefined` once the body is whole. RFC 7959 §2.5 */
  #assemble(request: IncomingRequest): OutgoingResponse | undefined {
    const { options, peerId, method } = request;
    const value = options.uint(OptionNumber.Block1) ?? 0;
    const block = decodeBlock(value);
    if (block === undefined) return refusal(Code.BadRequest, "Block1 has a size that does not exist.");
    const limitBytes = this.#parts.bodyLimitBytes(method, options);
    if (limitBytes < 0) return undefined;
    const outcome = this.#assembler.accept(
      peerId,
      bodyKey(peerId, method, options),
      block,
      request.payload,
      options.uint(OptionNumber.Size1, MAX_SIZE_BYTES),
      limitBytes,
      options.has(OptionNumber.IfNoneMatch),
    );
    if (outcome.kind === "continue") return bare(Code.Continue, [{ number: OptionNumber.Block1, value }]);
    if (outcome.kind === "refused") return refusal(outcome.code, outcome.diagnostic, size1Of(outcome.size1));
    request.assemble(outcome.body, value, outcome.ifNoneMatch);
    return undefined;
  }

  /** Answers the request for a later block from what is kept. RFC 7959 §2.4, §2.7 */
  #continue(request: IncomingRequest): OutgoingResponse | undefined {
    const asked = decodeBlock(request.options.uint(OptionNumber.Block2) ?? 0);
    if (asked === undefined) return refusal(Code.BadRequest, "Block2 has a size that does not exist.");
    if (asked.number === 0) return undefined;
    const kept = this.#representations.get(bodyKey(request.peerId, request.method, request.options));
    if (kept !== undefined) return { ...kept, payload: kept.body };
    if (request.method === Code.GET) return undefined;
    return refusal(Code.RequestEntityIncomplete, "The response is not kept any more; begin with block 0.");
  }

  /** @param isAnswer false for a notification, which has nothing to do with the request's body */
  #sliced(request: IncomingRequest, whole: Representation, slice: Block2Slice, isAnswer = true): ImmediateResponse {
    const block1 = request.block1 < 0 || !isAnswer ? [] : [{ number: OptionNumber.Block1, value: request.block1 }];
    if (slice.kind === "gone" || slice.kind === "past-end") {
      this.#closeUnlessKept(request, whole);
      if (slice.kind === "past-end") return refusal(Code.BadRequest, "The block lies behind the end.", block1);
      return refusal(Code.RequestEntityIncomplete, "This block cannot be had any more.", block1);
    }
    const { code, contentFormat } = whole;
    const added = [...block1, ...size2Of(request, whole)];
    if (slice.kind === "whole") {
      closeBody(whole.body);
      return { code, contentFormat, options: [...whole.options, ...added], payload: slice.payload };
    }
    const tagged = withEtag(whole);
    const { number, more, szx } = slice.block;
    this.#keep(request, tagged, more);
    const block2 = { number: OptionNumber.Block2, value: encodeBlock(number, more, szx) };
    return { code, contentFormat, options: [...tagged.options, ...added, block2], payload: slice.payload };
  }

  /** Keeps what is not fetched to its end. The last block ends it where the handler can be asked again. */
  #keep(request: IncomingRequest, whole: Representation, more: boolean): void {
    const key = keyOf(request);
    const isKept = this.#representations.get(key)?.body === whole.body;
    if (!isKept && (!more || this.#isClosed)) closeBody(whole.body);
    else if (!isKept) {
      const bytes = whole.body instanceof Uint8Array ? whole.body.length : SOURCE_BYTES;
      this.#representations.put(request.peerId, key, withoutObserve(whole), bytes);
    } else if (!more && request.method === Code.GET) this.#representations.delete(key);
  }

  #closeUnlessKept(request: IncomingRequest, { body }: Representation): void {
    if (this.#representations.get(keyOf(request))?.body !== body) closeBody(body);
  }

  /** What failed once is not asked again. */
  #giveUp(request: IncomingRequest, { body }: Representation, error: unknown): never {
    const key = keyOf(request);
    if (this.#representations.get(key)?.body === body) this.#representations.delete(key);
    else closeBody(body);
    throw error;
  }
}

function keyOf({ peerId, method, options }: IncomingRequest): string {
  return bodyKey(peerId, method, options);
}

/** Whether a method's payload is a body to put together: GET and DELETE have none. RFC 7959 §2.1 */
function hasBody(method: number): boolean {
  return method !== Code.GET && method !== Code.DELETE;
}
