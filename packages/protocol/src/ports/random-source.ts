/** Randomness for tokens, message IDs and retransmission jitter; tests pass a seeded one. */
export interface RandomSource {
  /** A number from 0 inclusive to 1 exclusive; need not be unpredictable. */
  fraction(): number;
  /** `length` unpredictable bytes, for tokens that nobody may guess. RFC 7252 §5.3.1. */
  bytes(length: number): Uint8Array;
}
