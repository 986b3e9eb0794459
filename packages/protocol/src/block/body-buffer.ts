import type { ChunkPool } from "./chunk-pool.js";

/**
 * Bytes that arrive in order, kept in chunks of a pool: never sized by what a peer announced, never copied to grow, and
 * less than one chunk more than what has arrived.
 */
export class BodyBuffer {
  readonly #pool: ChunkPool;
  #chunks: Uint8Array[] = [];
  #lengthBytes = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** Bytes that have arrived. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /** Bytes of memory in use. */
  get allocatedBytes(): number {
    return this.#chunks.length * this.#pool.chunkBytes;
  }

  /** What {@link allocatedBytes} will be after appending `length` bytes. */
  allocatedAfter(length: number): number {
    const { chunkBytes } = this.#pool;
    return Math.ceil((this.#lengthBytes + length) / chunkBytes) * chunkBytes;
  }

  /** Adds a copy of the bytes. */
  append(bytes: Uint8Array): void {
    const { chunkBytes } = this.#pool;
    for (let at = 0; at < bytes.length; ) {
      const used = this.#lengthBytes % chunkBytes;
      if (used === 0) this.#chunks.push(this.#pool.take());
      const chunk = this.#chunks[this.#chunks.length - 1] as Uint8Array;
      const fits = Math.min(bytes.length - at, chunkBytes - used);
      chunk.set(at === 0 && fits === bytes.length ? bytes : bytes.subarray(at, at + fits), used);
      at += fits;
      this.#lengthBytes += fits;
    }
  }

  /** Whether what has arrived from `offset` on equals the bytes, as far as both reach. */
  agreesWith(bytes: Uint8Array, offset: number): boolean {
    const { chunkBytes } = this.#pool;
    const end = Math.min(this.#lengthBytes, offset + bytes.length);
    for (let at = offset; at < end; at++) {
      const chunk = this.#chunks[Math.floor(at / chunkBytes)] as Uint8Array;
      if (chunk[at % chunkBytes] !== bytes[at - offset]) return false;
    }
    return true;
  }

  /** All that has arrived, in one piece that belongs to the caller; the buffer is empty again. */
  take(): Uint8Array {
    const body = new Uint8Array(this.#lengthBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      const rest = body.length - offset;
      body.set(rest < chunk.length ? chunk.subarray(0, rest) : chunk, offset);
      offset += chunk.length;
    }
    this.clear();
    return body;
  }

  /** Forgets everything, and lets the memory go. */
  clear(): void {
    this.#pool.giveBack(this.#chunks);
    this.#chunks = [];
    this.#lengthBytes = 0;
  }
}
