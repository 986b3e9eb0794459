import { fail, ok, type Result } from "../result.js";
import { MAX_OPTION_NUMBER, ONE_BYTE, PAYLOAD_MARKER, TWO_BYTE_OFFSET } from "./wire.js";

/** Why a region is not a sequence of options, as the negative results of {@link scanOptions}. RFC 7252 §3.1. */
const FAULTS = {
  [-1]: "an option is cut off by the end of the message",
  [-2]: "an option header uses the reserved nibble 15",
  [-3]: "an option number exceeds 65535",
} as const;

type Fault = keyof typeof FAULTS;

/**
 * Offset at which the options that begin at `start` stop: that of the payload marker, or `end`. Fails on a message
 * format error; looks at headers alone, not at values. RFC 7252 §3.1.
 */
export function validateOptions(buffer: Uint8Array, start: number, end: number): Result<number> {
  const stop = scanOptions(buffer, start, end);
  return stop >= 0 ? ok(stop) : fail(`Bad options: ${FAULTS[stop as Fault]}.`);
}

/** As {@link validateOptions}, without allocating: negative for a message format error. */
export function scanOptions(buffer: Uint8Array, start: number, end: number): number {
  let offset = start;
  let number = 0;
  while (offset < end) {
    const header = buffer[offset] as number;
    if (header === PAYLOAD_MARKER) return offset;
    const deltaNibble = header >>> 4;
    const lengthNibble = header & 0x0f;
    if (deltaNibble === 15 || lengthNibble === 15) return -2;
    const lengthOffset = offset + 1 + extensionBytes(deltaNibble);
    const valueOffset = lengthOffset + extensionBytes(lengthNibble);
    if (valueOffset > end) return -1;
    number += readExtended(buffer, offset + 1, deltaNibble);
    if (number > MAX_OPTION_NUMBER) return -3;
    offset = valueOffset + readExtended(buffer, lengthOffset, lengthNibble);
    if (offset > end) return -1;
  }
  return offset;
}

function extensionBytes(nibble: number): number {
  return nibble < ONE_BYTE ? 0 : nibble - 12;
}

function readExtended(buffer: Uint8Array, offset: number, nibble: number): number {
  if (nibble < ONE_BYTE) return nibble;
  if (nibble === ONE_BYTE) return ONE_BYTE + (buffer[offset] as number);
  return TWO_BYTE_OFFSET + (((buffer[offset] as number) << 8) | (buffer[offset + 1] as number));
}
