/**
 * Buddy allocator for windows whose sizes are powers of two, in entries. It hands out positions and knows nothing of
 * what is there; growing windows is rare, so plain sets serve.
 */
export class WindowAllocator {
  readonly #smallest: number;
  readonly #largest: number;
  /** Free blocks by size. */
  readonly #free = new Map<number, Set<number>>();

  /**
   * @param total entries in all; what is left over after whole `largest` blocks is not used
   * @param smallest size of the smallest block
   * @param largest size of the largest block
   */
  constructor(total: number, smallest: number, largest: number) {
    this.#smallest = smallest;
    this.#largest = Math.min(largest, 2 ** Math.floor(Math.log2(Math.max(total, smallest))));
    for (let size = smallest; size <= this.#largest; size *= 2) this.#free.set(size, new Set());
    for (let at = 0; at + this.#largest <= total; at += this.#largest) this.#freeOf(this.#largest).add(at);
  }

  /** Position of a block of `size` entries, or -1 where there is none. */
  allocate(size: number): number {
    let from = Math.max(size, this.#smallest);
    while (from <= this.#largest && this.#freeOf(from).size === 0) from *= 2;
    if (from > this.#largest) return -1;
    const [at] = this.#freeOf(from) as unknown as [number];
    this.#freeOf(from).delete(at);
    for (let half = from / 2; half >= size && half >= this.#smallest; half /= 2) this.#freeOf(half).add(at + half);
    return at;
  }

  /** Gives a block back and joins it with its free buddies. */
  free(position: number, size: number): void {
    let at = position;
    let width = size;
    while (width < this.#largest && this.#freeOf(width).delete(at ^ width)) {
      at = Math.min(at, at ^ width);
      width *= 2;
    }
    this.#freeOf(width).add(at);
  }

  #freeOf(size: number): Set<number> {
    return this.#free.get(size) as Set<number>;
  }
}
