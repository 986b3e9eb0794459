/** What a format contract needs to know of a format. */
export interface FormatContractOptions {
  /** Values that have to survive encoding and decoding; at least one. */
  readonly samples: readonly unknown[];
  /** Payloads that decode has to refuse; a string stands for its UTF-8 bytes. */
  readonly malformed?: readonly (Uint8Array | string)[] | undefined;
  /**
   * Compares a decoded value with the sample it came from, and throws where they differ.
   * @defaultValue `assert.deepEqual` of `node:assert/strict`, prototypes aside
   */
  readonly assertSame?: ((decoded: unknown, sample: unknown) => void) | undefined;
  /** Number of random and of mutated payloads. @defaultValue 2500 of each */
  readonly randomPayloads?: number | undefined;
  /** Start of the pseudo-random payloads: the same seed gives the same payloads. @defaultValue 1 */
  readonly seed?: number | undefined;
}
