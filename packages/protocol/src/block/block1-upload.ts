import { Code, isSuccessCode } from "../code/code.js";
import { type BlockValue, blockAt, blockOffset, blockSize, MAX_SZX } from "./block-option.js";
import { type BlockBody, type BodyPiece, bodySize, readPiece } from "./block2-source.js";

/** How a {@link Block1Upload} begins. */
export interface Block1UploadSettings {
  /** Size exponent of the first block; the server may ask for less. @defaultValue 6 */
  readonly szx?: number | undefined;
}

/** What a client does next in a Block1 transfer. */
export type UploadStep =
  /** Send the request with this payload, and with Block1 and Size1 where they are given. */
  | {
      readonly kind: "send";
      readonly block: BlockValue | undefined;
      readonly payload: Uint8Array;
      readonly size1: number | undefined;
    }
  /** The response is the answer to the whole request. */
  | { readonly kind: "final" }
  /** The server broke RFC 7959, or the body cannot be sent: nothing more can be done. */
  | { readonly kind: "failed"; readonly reason: string };

/** A step, at once where the body gives its bytes at once; the promise rejects when reading the body fails. */
export type PendingUploadStep = UploadStep | Promise<UploadStep>;

/** What a response says about a Block1 transfer. */
export interface UploadResponse {
  readonly code: number;
  /** Its Block1. */
  readonly block1: BlockValue | undefined;
  /** Its Size1: in 4.13, the largest body that the server takes. */
  readonly size1: number | undefined;
}

const FINAL: UploadStep = Object.freeze({ kind: "final" });

/**
 * Client side of a Block1 transfer: says which block to send, and what a response means. A body that fits one block goes
 * without Block1. Follows the server to smaller blocks (RFC 7959 §2.5), begins again with smaller ones after a 4.13 that
 * says so (§2.9.3) and begins again once after a 4.08 (§2.9.2); so it ends after a bounded number of blocks.
 */
export class Block1Upload {
  readonly #body: BlockBody;
  readonly #sizeBytes: number | undefined;
  #szx: number;
  #offset = 0;
  #sent: BlockValue | undefined;
  #sentBytes = 0;
  #mustSplit = false;
  #hasRestarted = false;

  constructor(body: BlockBody, settings: Block1UploadSettings = {}) {
    this.#body = body;
    this.#sizeBytes = bodySize(body);
    this.#szx = Math.min(settings.szx ?? MAX_SZX, MAX_SZX);
  }

  /** The first block. */
  start(): PendingUploadStep {
    return this.#send(0, FINAL);
  }

  /** What follows from the response to the block that was sent last. */
  onResponse(response: UploadResponse): PendingUploadStep {
    if (response.code === Code.RequestEntityTooLarge) return this.#onTooLarge(response);
    if (response.code === Code.RequestEntityIncomplete) return this.#onIncomplete();
    if (!isSuccessCode(response.code)) return FINAL;
    return this.#onSuccess(response);
  }

  #onSuccess({ code, block1 }: UploadResponse): PendingUploadStep {
    const sent = this.#sent;
    if (code === Code.Continue && !sent?.more) return failed("2.31 answers the last block");
    if (sent === undefined || !sent.more) return FINAL;
    if (block1 === undefined) return code === Code.Continue ? this.#advance(sent.szx) : FINAL;
    if (block1.number !== sent.number && blockOffset(block1) !== blockOffset(sent)) {
      return failed(`Block ${block1.number} is acknowledged, ${sent.number} was sent`);
    }
    return this.#advance(block1.szx); // also after 2.04 with M unset: each block is enacted by itself, RFC 7959 §2.3
  }

  #advance(szx: number): PendingUploadStep {
    this.#szx = Math.min(this.#szx, szx);
    return this.#send(this.#offset + this.#sentBytes, failed("The body cannot be read any further"));
  }

  /** RFC 7959 §2.9.3: a hint to use Block1, or to use smaller blocks. Each restart uses a smaller size than before. */
  #onTooLarge({ block1, size1 }: UploadResponse): PendingUploadStep {
    if (size1 !== undefined && this.#sizeBytes !== undefined && this.#sizeBytes > size1) return FINAL;
    const szx = block1?.szx ?? this.#szx;
    if (this.#sent === undefined) {
      if (this.#sentBytes <= blockSize(0)) return FINAL;
      this.#szx = Math.min(this.#szx, szx);
      while (this.#szx > 0 && blockSize(this.#szx) >= this.#sentBytes) this.#szx--;
    } else {
      if (szx >= this.#sent.szx) return FINAL;
      this.#szx = szx;
    }
    this.#mustSplit = true;
    return this.#send(0, FINAL);
  }

  #onIncomplete(): PendingUploadStep {
    if (this.#hasRestarted || this.#offset === 0) return FINAL;
    this.#hasRestarted = true;
    return this.#send(0, FINAL);
  }

  /** The block at `offset`, or `otherwise` when the body does not give it. */
  #send(offset: number, otherwise: UploadStep): PendingUploadStep {
    const piece = readPiece(this.#body, offset, blockSize(this.#szx));
    return piece instanceof Promise
      ? piece.then((read) => this.#stepFor(read, offset, otherwise))
      : this.#stepFor(piece, offset, otherwise);
  }

  #stepFor(piece: BodyPiece | undefined, offset: number, otherwise: UploadStep): UploadStep {
    if (piece === undefined) return otherwise;
    const { payload, more } = piece;
    this.#offset = offset;
    this.#sentBytes = payload.length;
    if (offset === 0 && !more && !this.#mustSplit) {
      this.#sent = undefined;
      return { kind: "send", block: undefined, payload, size1: undefined };
    }
    const block = blockAt(offset, more, this.#szx);
    if (block === undefined) return failed(`Blocks of ${blockSize(this.#szx)} bytes are too small for the body`);
    this.#sent = block;
    return { kind: "send", block, payload, size1: offset === 0 ? this.#sizeBytes : undefined };
  }
}

function failed(reason: string): UploadStep {
  return { kind: "failed", reason };
}
