const FIRST_CHUNK_BYTES = 256;
const MAX_CHUNK_BYTES = 16_384;

/**
 * Bytes that arrive in order, kept in chunks that double up to 16 KiB: never sized by what a peer announced, never
 * copied to grow, and never more than twice what has arrived (256 bytes at least), or 16 KiB more than that.
 */
export class BodyBuffer {
  #chunks: Uint8Array[] = [];
  #allocatedBytes = 0;
  #lengthBytes = 0;
  /** Bytes used of the newest chunk. */
  #used = 0;

  /** Bytes that have arrived. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /** Bytes of memory in use. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** What {@link allocatedBytes} will be after appending `length` bytes. */
  allocatedAfter(length: number): number {
    const free = this.#allocatedBytes - this.#lengthBytes;
    return length <= free ? this.#allocatedBytes : this.#allocatedBytes + this.#chunkFor(length - free);
  }

  /** Adds a copy of the bytes. */
  append(bytes: Uint8Array): void {
    let newest = this.#chunks.at(-1);
    const fits = newest === undefined ? 0 : Math.min(bytes.length, newest.length - this.#used);
    if (newest !== undefined && fits > 0) newest.set(bytes.subarray(0, fits), this.#used);
    this.#used += fits;
    if (fits < bytes.length) {
      const rest = bytes.length - fits;
      newest = new Uint8Array(this.#chunkFor(rest));
      newest.set(bytes.subarray(fits));
      this.#chunks.push(newest);
      this.#allocatedBytes += newest.length;
      this.#used = rest;
    }
    this.#lengthBytes += bytes.length;
  }

  /** Whether what has arrived from `offset` on equals the bytes, as far as both reach. */
  agreesWith(bytes: Uint8Array, offset: number): boolean {
    const end = Math.min(this.#lengthBytes, offset + bytes.length);
    let chunkEnd = this.#allocatedBytes;
    for (let index = this.#chunks.length - 1; index >= 0 && chunkEnd > offset; index--) {
      const chunk = this.#chunks[index] as Uint8Array;
      const chunkStart = chunkEnd - chunk.length;
      for (let at = Math.max(offset, chunkStart); at < Math.min(end, chunkEnd); at++) {
        if (chunk[at - chunkStart] !== bytes[at - offset]) return false;
      }
      chunkEnd = chunkStart;
    }
    return true;
  }

  /** All that has arrived, in one piece that belongs to the caller; the buffer is empty again. */
  take(): Uint8Array {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first.subarray(0, this.#used) : this.#join();
    this.clear();
    return body;
  }

  /** Forgets everything. */
  clear(): void {
    this.#chunks = [];
    this.#allocatedBytes = 0;
    this.#lengthBytes = 0;
    this.#used = 0;
  }

  #join(): Uint8Array {
    const body = new Uint8Array(this.#lengthBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      body.set(chunk.subarray(0, this.#lengthBytes - offset), offset);
      offset += chunk.length;
    }
    return body;
  }

  #chunkFor(length: number): number {
    return Math.max(length, Math.min(MAX_CHUNK_BYTES, Math.max(FIRST_CHUNK_BYTES, this.#allocatedBytes)));
  }
}
