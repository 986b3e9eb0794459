import { ONE_BYTE, TWO_BYTE_OFFSET } from "./wire.js";

const EMPTY_BUFFER = new Uint8Array(0);

/**
 * Walks a validated option region without allocating; reuse one with {@link reset}. Over bytes that were not validated
 * (see `OptionsView.parse`) the fields may point outside the region.
 */
export class OptionCursor {
  /** Number of the option that {@link next} moved to. */
  number = 0;
  /** Where its value starts in the buffer. */
  valueStart = 0;
  /** Where its value ends in the buffer, exclusive. */
  valueEnd = 0;
  #buffer: Uint8Array = EMPTY_BUFFER;
  #end = 0;

  /** Places the cursor before the first option of `buffer[start, end)`. */
  reset(buffer: Uint8Array, start: number, end: number): void {
    this.#buffer = buffer;
    this.#end = end;
    this.number = 0;
    this.valueStart = start;
    this.valueEnd = start;
  }

  /** Moves to the next option; false, with the fields unchanged, after the last one. */
  next(): boolean {
    let offset = this.valueEnd;
    if (!(offset < this.#end)) return false; // so written that not even NaN goes on
    const buffer = this.#buffer;
    const header = buffer[offset++] as number;
    let delta = header >>> 4;
    let length = header & 0x0f;
    if (delta >= ONE_BYTE) {
      if (delta === ONE_BYTE) delta += buffer[offset++] as number;
      else delta = TWO_BYTE_OFFSET + (((buffer[offset++] as number) << 8) | (buffer[offset++] as number));
    }
    if (length >= ONE_BYTE) {
      if (length === ONE_BYTE) length += buffer[offset++] as number;
      else length = TWO_BYTE_OFFSET + (((buffer[offset++] as number) << 8) | (buffer[offset++] as number));
    }
    this.number += delta;
    this.valueStart = offset;
    this.valueEnd = offset + length;
    return true;
  }
}
