import { ascii } from "./ascii.js";

/**
 * End of the string, number or literal at `at`; where it is malformed, the complement (`~offset`) of the first wrong
 * byte's offset, which is negative. RFC 8259 §3, §6, §7.
 */
export function skipScalar(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === ascii.quote) return skipString(bytes, at + 1);
  if (byte === ascii.minus || isDigit(byte)) return skipNumber(bytes, at);
  const literal = LITERALS.find((candidate) => candidate[0] === byte);
  return literal === undefined ? ~at : skipLiteral(bytes, at, literal);
}

const LITERALS = ["true", "false", "null"].map((text) => Buffer.from(text));
const ESCAPES = Buffer.from('"\\/bfnrt');
const FOUR_DIGITS = 4;

function skipString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== ascii.quote; byte = bytes[at]) {
    if (byte === undefined || byte < 0x20) return ~at;
    at = byte === ascii.backslash ? skipEscape(bytes, at + 1) : at + 1;
    if (at < 0) return at;
  }
  return at + 1;
}

function skipEscape(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) return ~at;
  if (ESCAPES.includes(byte)) return at + 1;
  if (byte !== 0x75) return ~at; // "u"
  for (let digit = at + 1; digit <= at + FOUR_DIGITS; digit++) if (!isHexDigit(bytes[digit])) return ~digit;
  return at + 1 + FOUR_DIGITS;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === ascii.minus ? from + 1 : from;
  at = bytes[at] === ascii.zero ? at + 1 : skipDigits(bytes, at);
  if (at >= 0 && bytes[at] === ascii.point) at = skipDigits(bytes, at + 1);
  if (at >= 0 && isExponentMark(bytes[at])) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === ascii.plus || sign === ascii.minus ? at + 2 : at + 1);
  }
  return at;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at++;
  return at === from ? ~at : at;
}

function skipLiteral(bytes: Uint8Array, from: number, literal: Uint8Array): number {
  for (let i = 0; i < literal.length; i++) if (bytes[from + i] !== literal[i]) return ~(from + i);
  return from + literal.length;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ascii.zero && byte <= ascii.nine;
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

function isExponentMark(byte: number | undefined): boolean {
  return byte === 0x45 || byte === 0x65;
}
