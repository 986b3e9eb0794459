/** Position of a reply in its ring: a running number that grows for ever, less its upper bits. */
export type ReplyPosition = number;

/** Length and mark, before each reply. */
const HEAD_BYTES = 8;
const MARK_OFFSET = 4;
const ALIGNMENT = 8;
const POSITION_BITS = 30;
const POSITION_MASK = 2 ** POSITION_BITS - 1;

/**
 * Replies as they went out, the latest first to stay: each is written in place, sent from there, and kept until the ring
 * comes round again. The memory belongs to the ring alone, so what is sent is never copied.
 *
 * A reply is kept under a mark, the fingerprint of its request: positions come again after 2^30 bytes, and the mark
 * tells which reply is at one.
 */
export class ReplyRing {
  /** Where replies are written. */
  buffer: Uint8Array;
  readonly #size: number;
  /** Running position of the next reply, in bytes, less the bits above 30. */
  #head: number;
  #heads: DataView;
  /** Bytes written to this memory, up to the size of the ring: no reply that is older is in it. */
  #written = 0;

  /**
   * @param bytes size of the ring: a power of two, at least the largest reply and 8 bytes
   * @param start running position of the first reply: a multiple of `bytes`
   */
  constructor(bytes: number, start = 0) {
    this.#size = bytes;
    this.#head = start;
    this.buffer = new Uint8Array(bytes);
    this.#heads = new DataView(this.buffer.buffer);
  }

  /**
   * Makes room. Nothing else may be reserved before `commit`.
   * @param maxBytes most that the reply can have
   * @param isBusy whether bytes of the ring are still being sent: then the ring goes on in fresh memory
   * @returns where in `buffer` to write, or -1 for what is larger than the ring
   */
  reserve(maxBytes: number, isBusy: () => boolean): number {
    if (HEAD_BYTES + maxBytes > this.#size) return -1;
    let at = this.#head & (this.#size - 1);
    const rest = at + HEAD_BYTES + maxBytes > this.#size ? this.#size - at : 0;
    if (rest > 0) {
      this.#head = (this.#head + rest) & POSITION_MASK;
      this.#written = Math.min(this.#size, this.#written + rest);
      at = 0;
    }
    if (at === 0 && this.#written > 0 && isBusy()) this.#replace();
    return at + HEAD_BYTES;
  }

  /** Keeps the reply just written. @returns its position, for `find` */
  commit(length: number, mark: number): ReplyPosition {
    const at = this.#head & (this.#size - 1);
    const position = this.#head;
    this.#heads.setUint32(at, length);
    this.#heads.setInt32(at + MARK_OFFSET, mark);
    const taken = HEAD_BYTES + ((length + ALIGNMENT - 1) & -ALIGNMENT);
    this.#head = (position + taken) & POSITION_MASK;
    this.#written = Math.min(this.#size, this.#written + taken);
    return position;
  }

  /** Where in `buffer` the reply with this mark starts, or -1 once it is overwritten. */
  find(position: ReplyPosition, mark: number): number {
    const age = (this.#head - position) & POSITION_MASK;
    if (position < 0 || age === 0 || age > this.#written) return -1;
    const at = position & (this.#size - 1);
    return this.#heads.getInt32(at + MARK_OFFSET) === mark ? at + HEAD_BYTES : -1;
  }

  /** Length of the reply that starts at `start`. */
  lengthAt(start: number): number {
    return this.#heads.getUint32(start - HEAD_BYTES);
  }

  #replace(): void {
    this.buffer = new Uint8Array(this.#size);
    this.#heads = new DataView(this.buffer.buffer);
    this.#written = 0;
  }
}
