import { OptionValueError } from "./option-error.js";
import { assertUint, uintLength, writeUint } from "./uint.js";
import { utf8Length, writeUtf8 } from "./utf8.js";
import { MAX_OPTION_LENGTH, MAX_OPTION_NUMBER, ONE_BYTE, TWO_BYTE_OFFSET, TWO_BYTES } from "./wire.js";

/** An option to send. A number is a uint in its shortest form, a string is UTF-8; an empty value is no bytes. */
export interface OptionEntry {
  readonly number: number;
  readonly value: Uint8Array | string | number;
}

/**
 * Wire form of options, without a payload marker, ordered by number and then as given. RFC 7252 §3.1.
 * Throws `COAPKIT_ERR_OPTION_VALUE` for what the wire cannot carry: a number outside 0 to 65535, a value longer than
 * 65804 bytes, a numeric value that is not an integer from 0 to 2^53 - 1.
 */
export function encodeOptions(entries: readonly OptionEntry[]): Uint8Array {
  const sorted = sortOptions(entries);
  const target = new Uint8Array(optionsLength(sorted));
  writeOptions(sorted, target, 0);
  return target;
}

/** The entries by number; those of one number stay as they are given. */
export function sortOptions(entries: readonly OptionEntry[]): readonly OptionEntry[] {
  return isSorted(entries) ? entries : entries.toSorted((a, b) => a.number - b.number);
}

/** Writes sorted options at `offset`, where there is room for their length. @returns where they end */
export function writeOptions(sorted: readonly OptionEntry[], target: Uint8Array, offset: number): number {
  let end = offset;
  let previous = 0;
  for (const { number, value } of sorted) {
    end = writeOption(target, end, number - previous, value);
    previous = number;
  }
  return end;
}

function isSorted(entries: readonly OptionEntry[]): boolean {
  let previous = 0;
  for (const { number } of entries) {
    if (number < previous) return false;
    previous = number;
  }
  return true;
}

/** Length of sorted options in bytes. Throws like {@link encodeOptions}. */
export function optionsLength(sorted: readonly OptionEntry[]): number {
  let total = 0;
  let previous = 0;
  for (const { number, value } of sorted) {
    assertNumber(number);
    const length = valueLength(value);
    if (length > MAX_OPTION_LENGTH) throw tooLong(number, length);
    total += 1 + extensionBytes(number - previous) + extensionBytes(length) + length;
    previous = number;
  }
  return total;
}

function valueLength(value: OptionEntry["value"]): number {
  if (typeof value === "string") return utf8Length(value);
  if (typeof value !== "number") return value.length;
  assertUint(value);
  return uintLength(value);
}

function writeOption(target: Uint8Array, start: number, delta: number, value: OptionEntry["value"]): number {
  const length = valueLength(value);
  target[start] = (nibble(delta) << 4) | nibble(length);
  const lengthOffset = writeExtension(target, start + 1, delta);
  const offset = writeExtension(target, lengthOffset, length);
  if (typeof value === "string") writeUtf8(value, length, target, offset);
  else if (typeof value === "number") writeUint(value, length, target, offset);
  else target.set(value, offset);
  return offset + length;
}

function nibble(value: number): number {
  if (value < ONE_BYTE) return value;
  return value < TWO_BYTE_OFFSET ? ONE_BYTE : TWO_BYTES;
}

function extensionBytes(value: number): number {
  if (value < ONE_BYTE) return 0;
  return value < TWO_BYTE_OFFSET ? 1 : 2;
}

function writeExtension(target: Uint8Array, offset: number, value: number): number {
  if (value < ONE_BYTE) return offset;
  if (value < TWO_BYTE_OFFSET) {
    target[offset] = value - ONE_BYTE;
    return offset + 1;
  }
  target[offset] = (value - TWO_BYTE_OFFSET) >>> 8;
  target[offset + 1] = value - TWO_BYTE_OFFSET;
  return offset + 2;
}

function assertNumber(number: number): void {
  if (Number.isInteger(number) && number >= 0 && number <= MAX_OPTION_NUMBER) return;
  throw new OptionValueError(`Option number ${number} is not an integer from 0 to ${MAX_OPTION_NUMBER}.`);
}

function tooLong(number: number, length: number): OptionValueError {
  return new OptionValueError(
    `Option ${number} has ${length} bytes, more than the ${MAX_OPTION_LENGTH} that fit; shorten it.`,
  );
}
