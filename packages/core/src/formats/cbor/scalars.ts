import { type Cursor, type Head, Info } from "./cursor.js";
import type { Refused } from "./malformed.js";
import { SimpleValue } from "./simple-value.js";

const FIRST_LONG_SIMPLE = 32;
const SIMPLE = new Map<number, unknown>([
  [20, false],
  [21, true],
  [22, null],
  [23, undefined],
]);

/** Longest bignum in bytes: arithmetic on longer ones would be work that a peer can order. */
const BIGNUM_BYTES = 1024;

/** An integer of major type 1: -1 - n. RFC 8949 §3.1. */
export function negative(argument: number | bigint): number | bigint {
  if (typeof argument === "bigint" || argument === Number.MAX_SAFE_INTEGER) return -1n - BigInt(argument);
  return -1 - argument;
}

/** A float or a simple value, major type 7; the cursor is behind it. RFC 8949 §3.3. */
export function floatOrSimple({ info, argument }: Head, cursor: Cursor): unknown | Refused {
  const { position, view } = cursor;
  if (info === Info.TwoBytes) return half(view.getUint16(position - 2));
  if (info === Info.FourBytes) return view.getFloat32(position - 4);
  if (info === Info.EightBytes) return view.getFloat64(position - 8);
  if (info === Info.Indefinite) return cursor.unexpected("break", position - 1);
  const value = Number(argument);
  if (info === Info.OneByte && value < FIRST_LONG_SIMPLE) return cursor.unexpected("simple value", position - 2);
  return SIMPLE.has(value) ? SIMPLE.get(value) : new SimpleValue(value);
}

/** Tags 2 and 3. RFC 8949 §3.4.3. */
export function bignum(isNegative: boolean, content: unknown, cursor: Cursor): bigint | Refused {
  if (!(content instanceof Uint8Array)) return cursor.refuse("a bignum holds something else than bytes");
  if (content.length > BIGNUM_BYTES) return cursor.refuse(`a bignum has more than ${BIGNUM_BYTES} bytes`);
  const value = content.length === 0 ? 0n : BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return isNegative ? -1n - value : value;
}

/** RFC 8949 §3.3: sign, 5 bits of exponent, 10 bits of fraction. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude =
    exponent === 0x1f
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (fraction + 0x400) * 2 ** (exponent - 25);
  return (bits & 0x8000) === 0 ? magnitude : -magnitude;
}
