import { type BlockValue, blockAt, blockOffset, blockSize } from "./block-option.js";
import { type BlockBody, type BodyPiece, readPiece } from "./block2-source.js";

/** What to send of a response body. */
export type Block2Slice =
  | BodySlice
  /** The {@link BlockBody} cannot go back so far: 4.08, or handle the request again where that is safe. */
  | { readonly kind: "gone" };

/** What to send of a body that is at hand. */
export type BodySlice =
  /** The body fits and nobody asked for a block: send it without Block2. */
  | { readonly kind: "whole"; readonly payload: Uint8Array }
  /** Send this payload with this Block2. */
  | { readonly kind: "block"; readonly payload: Uint8Array; readonly block: BlockValue }
  /** The block lies behind the end of the body: 4.00. */
  | { readonly kind: "past-end" };

/**
 * The part of `body` that a request asks for with `block`, its Block2, in blocks of at most `maxSzx`: smaller than asked
 * for where `maxSzx` is smaller, at the same offset, and never larger. RFC 7959 §2.4.
 */
export function sliceBlock2(body: Uint8Array, block: BlockValue | undefined, maxSzx: number): BodySlice {
  const { offset, szx } = position(block, maxSzx);
  const length = blockSize(szx);
  const piece = { payload: body.subarray(offset, offset + length), more: offset + length < body.length };
  return sliceOf(piece, block, offset, szx);
}

/** {@link sliceBlock2} for every kind of body; a promise only where the body gives one, rejected when reading fails. */
export function readBlock2(
  body: BlockBody,
  block: BlockValue | undefined,
  maxSzx: number,
): Block2Slice | Promise<Block2Slice> {
  const { offset, szx } = position(block, maxSzx);
  const piece = readPiece(body, offset, blockSize(szx));
  return piece instanceof Promise
    ? piece.then((read) => sliceOrGone(read, block, offset, szx))
    : sliceOrGone(piece, block, offset, szx);
}

function position(block: BlockValue | undefined, maxSzx: number): { readonly offset: number; readonly szx: number } {
  if (block === undefined) return { offset: 0, szx: maxSzx };
  return { offset: blockOffset(block), szx: Math.min(block.szx, maxSzx) };
}

function sliceOrGone(
  piece: BodyPiece | undefined,
  asked: BlockValue | undefined,
  offset: number,
  szx: number,
): Block2Slice {
  return piece === undefined ? { kind: "gone" } : sliceOf(piece, asked, offset, szx);
}

function sliceOf({ payload, more }: BodyPiece, asked: BlockValue | undefined, offset: number, szx: number): BodySlice {
  if (asked === undefined && !more) return { kind: "whole", payload };
  if (payload.length === 0 && offset > 0) return { kind: "past-end" };
  const block = blockAt(offset, more, szx);
  return block === undefined ? { kind: "past-end" } : { kind: "block", payload, block };
}
