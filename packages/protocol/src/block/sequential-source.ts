import type { BlockSource } from "./block2-source.js";

/** How a {@link SequentialSource} gets its bytes. */
export interface SequentialSourceSettings {
  /** Opens the body at its beginning. It is called again, to go back, only when `restartable` is set. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Whether `open` gives the same bytes each time. @defaultValue false */
  readonly restartable?: boolean | undefined;
  /** Size of the whole body, when it is known. */
  readonly sizeBytes?: number | undefined;
}

/**
 * Body from an async iterable, in constant memory: keeps the two parts read last, and what the newest chunk has beyond
 * them. These can be read again, also in smaller blocks. What lies further back is gone, unless the body can be opened
 * anew: it is then read from its beginning. Skipping ahead reads and drops what lies between.
 */
export class SequentialSource implements BlockSource {
  readonly sizeBytes: number | undefined;
  readonly #settings: SequentialSourceSettings;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #chunks: Uint8Array[] = [];
  /** Offset of the first byte of `#chunks`. */
  #start = 0;
  /** Offset behind the last byte of `#chunks`. */
  #end = 0;
  #lastOffset = 0;
  #isAtEnd = false;
  #isClosed = false;
  #failure: { readonly cause: unknown } | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(settings: SequentialSourceSettings) {
    this.#settings = settings;
    this.sizeBytes = settings.sizeBytes;
  }

  /** Reads in the order of the calls; rejects with what the iterable throws. */
  read(offset: number, length: number): Promise<Uint8Array | undefined> {
    const reading = this.#reading.then(() => this.#read(offset, length));
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  /** Tells the iterable that nobody reads on; later reads give `undefined`. */
  close(): void {
    this.#isClosed = true;
    this.#chunks = [];
    this.#stop();
  }

  async #read(offset: number, length: number): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure.cause; // what was read is not the whole body
    if (offset < this.#start && !this.#rewind()) return undefined;
    if (offset > this.#lastOffset) this.#dropBefore(Math.min(this.#lastOffset, this.#end));
    this.#lastOffset = offset;
    while (!this.#isClosed && !this.#isAtEnd && this.#end < offset + length) await this.#pull(offset);
    return this.#isClosed ? undefined : this.#copy(offset, length);
  }

  async #pull(offset: number): Promise<void> {
    const chunk = await this.#next();
    if (chunk === undefined) this.#isAtEnd = true;
    if (chunk === undefined || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#end += chunk.length;
    if (this.#end <= offset) this.#dropBefore(this.#end);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      this.#iterator ??= this.#settings.open()[Symbol.asyncIterator]();
      const { done, value } = await this.#iterator.next();
      return done === true ? undefined : value;
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    }
  }

  #rewind(): boolean {
    if (this.#settings.restartable !== true || this.#isClosed) return false;
    this.#stop();
    this.#chunks = [];
    this.#start = 0;
    this.#end = 0;
    this.#lastOffset = 0;
    this.#isAtEnd = false;
    return true;
  }

  #stop(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    Promise.resolve()
      .then(() => iterator?.return?.())
      .catch(() => undefined); // nobody waits for a body that was given up
  }

  /** Drops whole chunks that end at or before `offset`. */
  #dropBefore(offset: number): void {
    let dropped = 0;
    for (const chunk of this.#chunks) {
      if (this.#start + chunk.length > offset) break;
      this.#start += chunk.length;
      dropped++;
    }
    if (dropped > 0) this.#chunks.splice(0, dropped);
  }

  #copy(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#end - offset)));
    let start = this.#start;
    for (const chunk of this.#chunks) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + bytes.length, start + chunk.length);
      if (from < to) bytes.set(chunk.subarray(from - start, to - start), from - offset);
      start += chunk.length;
    }
    return bytes;
  }
}
