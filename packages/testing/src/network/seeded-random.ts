import type { RandomSource } from "@coapkit/protocol";

/** Weyl sequence of the golden ratio: visits every 32-bit state, also from neighbouring seeds. */
const STEP = 0x9e3779b9;

/**
 * Randomness that is the same for the same seed; nobody may take it for unpredictable.
 * @param seed any number; its low 32 bits count
 */
export function seededRandom(seed: number): RandomSource {
  let state = seed | 0;
  const next = (): number => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    fraction: () => next() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
  };
}
