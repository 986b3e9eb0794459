import { Code } from "../code/code.js";
import { type BlockValue, blockOffset, blockSize } from "./block-option.js";

/** A block of a request that cannot be part of its body; the answer, and the end of the transfer. */
export interface Block1Refusal {
  readonly kind: "refused";
  /** 4.00, 4.08 or 4.13; 5.03 when a handler did not take what it was sent. */
  readonly code: Code;
  /** Size1 for the answer: the largest body that is accepted, in bytes. RFC 7959 §4. */
  readonly size1?: number;
  /** Diagnostic payload. RFC 7252 §5.5.2. */
  readonly diagnostic: string;
}

/** What to do after a block of a request. */
export type Block1Outcome =
  /** Answer 2.31 with the Block1 of the request. RFC 7959 §2.9.1. */
  | { readonly kind: "continue" }
  /**
   * Handle the request with this body, and put the Block1 of the last block into the answer. A body of a single block is
   * the payload itself, any other belongs to the caller. `ifNoneMatch` tells whether block 0 had that option.
   */
  | { readonly kind: "complete"; readonly body: Uint8Array; readonly ifNoneMatch: boolean }
  | Block1Refusal;

/** 4.08: something before this block is missing. RFC 7959 §2.9.2. */
export function incomplete(diagnostic: string): Block1Refusal {
  return { kind: "refused", code: Code.RequestEntityIncomplete, diagnostic };
}

/** 4.13 with Size1. RFC 7959 §2.9.3. */
export function tooLarge(limitBytes: number): Block1Refusal {
  const diagnostic = `Body exceeds ${limitBytes} bytes`;
  return { kind: "refused", code: Code.RequestEntityTooLarge, size1: limitBytes, diagnostic };
}

/** What is wrong with a block whatever came before it; Size1 only ever makes the refusal come earlier. */
export function checkBlock1(
  block: BlockValue,
  payload: Uint8Array,
  size1: number | undefined,
  limitBytes: number,
): Block1Refusal | undefined {
  const size = blockSize(block.szx);
  if (block.more && payload.length !== size) {
    const diagnostic = `Block of ${payload.length} bytes, not ${size}`; // RFC 7959 §2.3: must match if M is set
    return { kind: "refused", code: Code.BadRequest, diagnostic };
  }
  if (size1 !== undefined && size1 > limitBytes) return tooLarge(limitBytes);
  if (blockOffset(block) + payload.length > limitBytes) return tooLarge(limitBytes);
  return undefined;
}
