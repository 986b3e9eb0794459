/** A Block1 or Block2 option taken apart. RFC 7959 §2.2. */
export interface BlockValue {
  /** NUM: which block of that size, from 0. */
  readonly number: number;
  /** M: whether blocks follow; without meaning in a request's Block2. */
  readonly more: boolean;
  /** Size exponent, 0 to 6: the block has `2 ** (szx + 4)` bytes. */
  readonly szx: number;
}

/** Largest NUM that three bytes hold. RFC 7959 §2.2. */
export const MAX_BLOCK_NUMBER = 0xf_ffff;

/** SZX of the largest block, 1024 bytes; 7 is reserved. RFC 7959 §2.2. */
export const MAX_SZX = 6;

/**
 * Takes the uint of a Block option apart; `undefined` for the reserved SZX 7, which a request is answered 4.00 for, and
 * for what does not fit three bytes. RFC 7959 §2.2.
 */
export function decodeBlock(value: number): BlockValue | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 0xff_ffff) return undefined;
  const szx = value & 7;
  if (szx > MAX_SZX) return undefined;
  return { number: value >>> 4, more: (value & 8) !== 0, szx };
}

/** Uint of a Block option; its parts must be in range: a number up to {@link MAX_BLOCK_NUMBER}, an SZX up to 6. */
export function encodeBlock(number: number, more: boolean, szx: number): number {
  return number * 16 + (more ? 8 : 0) + szx;
}

/** Bytes of a block: 16 for SZX 0 to 1024 for SZX 6. */
export function blockSize(szx: number): number {
  return 16 << szx;
}

/** Offset of a block's first byte in the body. RFC 7959 §2.2. */
export function blockOffset(block: BlockValue): number {
  return block.number * blockSize(block.szx);
}

/** Largest SZX whose block has at most `maxBytes` bytes; 0 also where not even 16 bytes fit. */
export function szxFor(maxBytes: number): number {
  let szx = MAX_SZX;
  while (szx > 0 && blockSize(szx) > maxBytes) szx--;
  return szx;
}

/** The block of size `szx` that begins at `offset`, a multiple of that size; `undefined` when its number is too large. */
export function blockAt(offset: number, more: boolean, szx: number): BlockValue | undefined {
  const number = offset / blockSize(szx);
  return number <= MAX_BLOCK_NUMBER ? { number, more, szx } : undefined;
}
