/** Chunks kept for the next body when few are in use. */
const MIN_KEPT = 1024;

/**
 * Memory for bodies, in chunks of one size that are used again: without it a flood of bodies that displace each other
 * leaves memory behind faster than it is collected. Keeps as many free chunks as are in use, or 1024.
 */
export class ChunkPool {
  readonly #free: Uint8Array[] = [];
  #inUse = 0;

  constructor(
    /** Size of each chunk. */
    readonly chunkBytes: number,
  ) {}

  /** A chunk with any content. */
  take(): Uint8Array {
    this.#inUse++;
    return this.#free.pop() ?? new Uint8Array(this.chunkBytes);
  }

  /** Takes chunks back that nobody reads or writes any more. */
  giveBack(chunks: readonly Uint8Array[]): void {
    this.#inUse -= chunks.length;
    for (const chunk of chunks) this.#free.push(chunk);
    const kept = Math.max(MIN_KEPT, this.#inUse);
    if (this.#free.length > kept) this.#free.length = kept;
  }
}
