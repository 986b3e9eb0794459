import { OptionValueError } from "./option-error.js";

/** Number of bytes of the shortest form of an unsigned integer: 0 for 0. RFC 7252 §3.2. */
export function uintLength(value: number): number {
  if (value < 0x100) return value === 0 ? 0 : 1;
  if (value < 0x1_0000) return 2;
  if (value < 0x100_0000) return 3;
  if (value < 0x1_0000_0000) return 4;
  return 4 + uintLength(Math.floor(value / 0x1_0000_0000));
}

/** Writes the `length` low bytes of an unsigned integer in network byte order. */
export function writeUint(value: number, length: number, target: Uint8Array, offset: number): void {
  let rest = value;
  for (let index = offset + length - 1; index >= offset; index--) {
    target[index] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
}

/** Throws `COAPKIT_ERR_OPTION_VALUE` unless the value is an integer from 0 to 2^53 - 1. */
export function assertUint(value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new OptionValueError(`Option value ${value} is not a uint; pass an integer from 0 to 2^53 - 1.`);
}

/**
 * Shortest big-endian form of an unsigned integer; 0 is no bytes. RFC 7252 §3.2.
 * Throws `COAPKIT_ERR_OPTION_VALUE` unless the value is an integer from 0 to 2^53 - 1.
 */
export function encodeUint(value: number): Uint8Array {
  assertUint(value);
  const bytes = new Uint8Array(uintLength(value));
  writeUint(value, bytes.length, bytes, 0);
  return bytes;
}

/**
 * Unsigned integer in `bytes[start, end)`, leading zeros allowed. RFC 7252 §3.2.
 * Exact up to 2^53 - 1; anything larger reads as `Infinity`, so that it fails every upper bound instead of passing as
 * some other number.
 */
export function decodeUint(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = 0;
  for (let index = start; index < end; index++) value = value * 0x100 + (bytes[index] as number);
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.POSITIVE_INFINITY;
}
