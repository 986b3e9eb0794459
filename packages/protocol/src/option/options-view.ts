import { ok, type Result } from "../result.js";
import { encodeOptions, type OptionEntry } from "./encode-options.js";
import { OptionCursor } from "./option-cursor.js";
import { decodeUint } from "./uint.js";
import { readUtf8 } from "./utf8.js";
import { validateOptions } from "./validate-options.js";

/** Shared by all views: no accessor calls anything that could enter another while it walks. */
const cursor = new OptionCursor();

/**
 * Read-only view of the options in `buffer[start, end)`, decoded when asked for: each accessor walks the region and
 * stops after the number it looks for, so that a message whose options nobody reads costs nothing.
 *
 * The view and the bytes it hands out are windows on `buffer`: in a request they are valid until the handler's first
 * await. Keep {@link copy} for longer.
 */
export class OptionsView implements Iterable<{ readonly number: number; readonly value: Uint8Array }> {
  /** View without options. */
  static readonly EMPTY: OptionsView = new OptionsView(new Uint8Array(0), 0, 0);

  /** For a region that {@link parse} has accepted before; over anything else the accessors' results mean nothing. */
  constructor(
    readonly buffer: Uint8Array,
    readonly start: number,
    readonly end: number,
  ) {}

  /**
   * Checks the options that begin at `start`; the view's `end` is where they stop, which is the offset of the payload
   * marker when there is one before `end`. Fails on a message format error: a value cut off, the reserved nibble 15, a
   * number above 65535. RFC 7252 §3.1.
   */
  static parse(buffer: Uint8Array, start = 0, end = buffer.length): Result<OptionsView> {
    const stop = validateOptions(buffer, start, end);
    return stop.ok ? ok(new OptionsView(buffer, start, stop.value)) : stop;
  }

  /** View of the given options in their wire form. Throws `COAPKIT_ERR_OPTION_VALUE` as {@link encodeOptions} does. */
  static of(entries: readonly OptionEntry[]): OptionsView {
    if (entries.length === 0) return OptionsView.EMPTY;
    const buffer = encodeOptions(entries);
    return new OptionsView(buffer, 0, buffer.length);
  }

  /** Whether the option occurs. */
  has(number: number): boolean {
    return this.#seek(number);
  }

  /** How many times the option occurs. */
  count(number: number): number {
    if (!this.#seek(number)) return 0;
    let count = 1;
    while (cursor.next() && cursor.number === number) count++;
    return count;
  }

  /**
   * First value as an unsigned integer; `Infinity` above 2^53 - 1. RFC 7252 §3.2.
   * @param maxBytes length beyond which the option is taken as absent, as elective ones are. RFC 7252 §5.4.3
   */
  uint(number: number, maxBytes = Number.POSITIVE_INFINITY): number | undefined {
    if (!this.#seek(number) || cursor.valueEnd - cursor.valueStart > maxBytes) return undefined;
    return decodeUint(this.buffer, cursor.valueStart, cursor.valueEnd);
  }

  /** First value as text; bytes that are not UTF-8 read as U+FFFD. */
  string(number: number): string | undefined {
    return this.#seek(number) ? readUtf8(this.buffer, cursor.valueStart, cursor.valueEnd) : undefined;
  }

  /** First value, as a window on the view's buffer. */
  bytes(number: number): Uint8Array | undefined {
    return this.#seek(number) ? this.buffer.subarray(cursor.valueStart, cursor.valueEnd) : undefined;
  }

  /** All values as text, in order; bytes that are not UTF-8 read as U+FFFD. */
  strings(number: number): string[] {
    const values: string[] = [];
    if (!this.#seek(number)) return values;
    do values.push(readUtf8(this.buffer, cursor.valueStart, cursor.valueEnd));
    while (cursor.next() && cursor.number === number);
    return values;
  }

  /** All values, in order, as windows on the view's buffer. */
  all(number: number): Uint8Array[] {
    const values: Uint8Array[] = [];
    if (!this.#seek(number)) return values;
    do values.push(this.buffer.subarray(cursor.valueStart, cursor.valueEnd));
    while (cursor.next() && cursor.number === number);
    return values;
  }

  /** All options in wire order; each value is a window on the view's buffer. */
  *[Symbol.iterator](): Generator<{ readonly number: number; readonly value: Uint8Array }, void, undefined> {
    const own = new OptionCursor();
    own.reset(this.buffer, this.start, this.end);
    while (own.next()) yield { number: own.number, value: this.buffer.subarray(own.valueStart, own.valueEnd) };
  }

  /** The same options in bytes of their own, independent of the datagram. */
  copy(): OptionsView {
    if (this.start === this.end) return OptionsView.EMPTY;
    return new OptionsView(this.buffer.slice(this.start, this.end), 0, this.end - this.start);
  }

  #seek(number: number): boolean {
    cursor.reset(this.buffer, this.start, this.end);
    while (cursor.next()) {
      if (cursor.number >= number) return cursor.number === number;
    }
    return false;
  }
}
