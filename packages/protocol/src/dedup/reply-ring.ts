/** Position of a reply in its ring: a running number that grows for ever, less its upper bits. */
export type ReplyPosition = number;

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const POSITION_BITS = 30;
const POSITION_MASK = 2 ** POSITION_BITS - 1;

/**
 * Replies as they went out, the latest first to stay: each is written in place, sent from there, and kept until the ring
 * comes round again. The memory belongs to the ring alone, so what is sent is never copied.
 */
export class ReplyRing {
  /** Where replies are written. */
  buffer: Uint8Array;
  readonly #size: number;
  /** Running position of the next reply, in bytes, less the bits above 30. */
  #head = 0;
  #lengths: DataView;
  /** Bytes written to this memory, up to the size of the ring: no reply that is older is in it. */
  #written = 0;

  /** @param bytes size of the ring: a power of two, at least the largest datagram */
  constructor(bytes: number) {
    this.#size = bytes;
    this.buffer = new Uint8Array(bytes);
    this.#lengths = new DataView(this.buffer.buffer);
  }

  /**
   * Makes room. Nothing else may be reserved before `commit`.
   * @param maxBytes most that the reply can have
   * @param isBusy whether bytes of the ring are still being sent: then the ring goes on in fresh memory
   * @returns where in `buffer` to write
   */
  reserve(maxBytes: number, isBusy: () => boolean): number {
    let at = this.#head & (this.#size - 1);
    if (at + LENGTH_BYTES + maxBytes > this.#size) {
      this.#written = isBusy() ? this.#replace() : Math.min(this.#size, this.#written + this.#size - at);
      this.#head = (this.#head + this.#size - at) & POSITION_MASK;
      at = 0;
    }
    return at + LENGTH_BYTES;
  }

  /** Keeps the reply just written. @returns its position, for `find` */
  commit(length: number): ReplyPosition {
    const at = this.#head & (this.#size - 1);
    const position = this.#head;
    this.#lengths.setUint32(at, length);
    const taken = LENGTH_BYTES + ((length + ALIGNMENT - 1) & -ALIGNMENT);
    this.#head = (position + taken) & POSITION_MASK;
    this.#written = Math.min(this.#size, this.#written + taken);
    return position;
  }

  /** Where in `buffer` a kept reply starts, or -1 once it is overwritten. */
  find(position: ReplyPosition): number {
    const age = (this.#head - position) & POSITION_MASK;
    return position < 0 || age > this.#written ? -1 : (position & (this.#size - 1)) + LENGTH_BYTES;
  }

  /** Length of the reply that starts at `start`. */
  lengthAt(start: number): number {
    return this.#lengths.getUint32(start - LENGTH_BYTES);
  }

  /** @returns how many bytes of it are written */
  #replace(): number {
    this.buffer = new Uint8Array(this.#size);
    this.#lengths = new DataView(this.buffer.buffer);
    return 0;
  }
}
