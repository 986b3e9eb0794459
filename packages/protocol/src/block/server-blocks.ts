import { Code, codeClass } from "../code/code.js";
import { isSafeMethod } from "../code/method.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import { type ImmediateResponse, isImmediate, type OutgoingResponse } from "../exchange/outgoing-response.js";
import { OptionFlag } from "../message/message-scanner.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { OptionsView } from "../option/options-view.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import { Block1Assembler } from "./block1-assembler.js";
import { type BlockValue, decodeBlock, encodeBlock, szxFor } from "./block-option.js";
import { type Block2Slice, readBlock2 } from "./block2-slicer.js";
import { type BlockBody, bodySize } from "./block2-source.js";
import { bodyKey } from "./body-key.js";
import { contentEtag } from "./etag.js";
import { RepresentationStore } from "./representation-store.js";

/** Limits of what is under way block by block. */
export interface ServerBlockLimits {
  readonly bodiesBytes: number;
  readonly bodiesPerPeer: number;
  readonly bodyIdleMs: number;
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
}

/** A representation that a client is fetching; its options have an ETag. */
interface Representation {
  readonly code: number;
  readonly contentFormat: number | undefined;
  readonly options: readonly OptionEntry[];
  readonly body: BlockBody;
}

const NO_PAYLOAD = new Uint8Array(0);
const SUCCESS = 2;
/** What a source is counted with in the store: it holds a block or two. */
const SOURCE_BYTES = 4_096;
const encoder = new TextEncoder();

/** Undoes block-wise transfer of requests and does it for responses, so that handlers see whole bodies. RFC 7959. */
export class ServerBlocks {
  readonly #parts: ServerBlockParts;
  readonly #assembler: Block1Assembler;
  readonly #representations: RepresentationStore<Representation>;
  readonly #maxSzx: number;

  constructor(parts: ServerBlockParts) {
    const { clock, limits, blockBytes } = parts;
    this.#parts = parts;
    this.#maxSzx = szxFor(blockBytes);
    this.#assembler = new Block1Assembler({ clock, limits: { ...limits, idleMs: limits.bodyIdleMs } });
    this.#representations = new RepresentationStore<Representation>({
      clock,
      limits: { bytes: limits.representationsBytes },
      onDrop: ({ body }) => (body instanceof Uint8Array ? undefined : body.close?.()),
    });
  }

  get counters() {
    const { uploads, uploadBytes, evicted, expired, refused } = this.#assembler.counters;
    const { representations, representationBytes } = this.#representations.counters;
    return {
      uploads,
      uploadBytes,
      uploadsEvicted: evicted,
      uploadsExpired: expired,
      blocksRefused: refused,
      representations,
      representationBytes,
    };
  }

  /**
   * Looks at a request with a Block option before anybody else does.
   * @returns the answer where there is one already, or `undefined`: then the request is whole
   */
  answer(request: IncomingRequest): OutgoingResponse | undefined {
    if ((request.flags & OptionFlag.Block1) !== 0) {
      const refusal = this.#assemble(request);
      if (refusal !== undefined) return refusal;
    }
    return (request.flags & OptionFlag.Block2) === 0 ? undefined : this.#continue(request);
  }

  /** Whether a response can go out as it is. */
  fits(request: IncomingRequest, response: OutgoingResponse): response is ImmediateResponse {
    if ((request.flags & (OptionFlag.Block2 | OptionFlag.Size2)) !== 0 || request.block1 >= 0) return false;
    const { payload } = response;
    if (typeof payload === "string") return payload.length * 3 <= this.#parts.blockBytes;
    return payload instanceof Uint8Array && payload.length <= this.#parts.blockBytes;
  }

  /** The block of a response that the request asks for, with its options; the rest is kept for the next requests. */
  cut(request: IncomingRequest, response: OutgoingResponse): ImmediateResponse | Promise<ImmediateResponse> {
    const body = bodyOf(response);
    const asked = askedBlock(request);
    const representation: Representation = {
      code: response.code,
      contentFormat: response.contentFormat,
      options: response.options,
      body,
    };
    const slice = readBlock2(body, asked, this.#maxSzx);
    if (slice instanceof Promise) return slice.then((read) => this.#sliced(request, representation, read));
    return this.#sliced(request, representation, slice);
  }

  forgetPeer(peer: PeerId): void {
    this.#assembler.forgetPeer(peer);
    this.#representations.forgetPeer(peer);
  }

  clear(): void {
    this.#assembler.clear();
    this.#representations.clear();
  }
}
