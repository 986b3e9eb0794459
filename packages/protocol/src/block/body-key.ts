import { OptionCursor } from "../option/option-cursor.js";
import { isCritical, isNoCacheKey, OptionNumber } from "../option/option-number.js";
import type { OptionsView } from "../option/options-view.js";

const CHUNK = 4096;
const cursor = new OptionCursor();
let scratch = new Uint16Array(1024);

/**
 * Identity of a body that is transferred in blocks: equal exactly for requests of the same peer with the same method
 * and the same options. Request-Tag belongs to it, the token does not. Left out are (RFC 9175 §3.3):
 *
 * - elective NoCacheKey options, which are Size1, Size2 and Echo among others;
 * - Block1 and Block2, which differ from block to block;
 * - Observe: it is not part of the cache key (RFC 7641 §2), and the request for a notification's later blocks comes
 *   without it (RFC 7959 §2.6);
 * - If-None-Match: a client may send it with block 0 only (RFC 7959 §2.10).
 */
export function bodyKey(peer: number, method: number, options: OptionsView): string {
  reserve(options.end - options.start);
  scratch[0] = peer >>> 16;
  scratch[1] = peer;
  scratch[2] = method;
  let length = 3;
  cursor.reset(options.buffer, options.start, options.end);
  while (cursor.next()) if (isPartOfKey(cursor.number)) length = append(options.buffer, length);
  return textOf(length);
}

function isPartOfKey(number: number): boolean {
  switch (number) {
    case OptionNumber.Block1:
    case OptionNumber.Block2:
    case OptionNumber.Observe:
    case OptionNumber.IfNoneMatch:
      return false;
    default:
      return isCritical(number) || !isNoCacheKey(number);
  }
}

/** Number, length and bytes of the cursor's option, so that no two lists of options read the same. */
function append(buffer: Uint8Array, length: number): number {
  let at = length;
  const valueBytes = cursor.valueEnd - cursor.valueStart;
  scratch[at++] = cursor.number;
  scratch[at++] = valueBytes >>> 16;
  scratch[at++] = valueBytes;
  for (let index = cursor.valueStart; index < cursor.valueEnd; index++) scratch[at++] = buffer[index] as number;
  return at;
}

/** An option takes at least one byte on the wire and at most three units more here. */
function reserve(optionBytes: number): void {
  const units = 3 + 4 * optionBytes;
  if (units > scratch.length) scratch = new Uint16Array(units);
}

function textOf(length: number): string {
  if (length <= CHUNK) return String.fromCharCode.apply(null, scratch.subarray(0, length) as unknown as number[]);
  let text = "";
  for (let start = 0; start < length; start += CHUNK) {
    const chunk = scratch.subarray(start, Math.min(start + CHUNK, length));
    text += String.fromCharCode.apply(null, chunk as unknown as number[]);
  }
  return text;
}
