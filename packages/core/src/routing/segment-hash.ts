/** FNV-1a, 32 bits, signed: where a hash begins. */
export const HASH_START = 0x811c9dc5 | 0;

/** The hash with one more byte. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Hash of a whole segment. */
export function hashSegment(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (const byte of bytes) hash = hashByte(hash, byte);
  return hash;
}
