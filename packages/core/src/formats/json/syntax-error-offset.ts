import { ascii } from "./ascii.js";
import { skipScalar } from "./json-scalars.js";

type Expected = "value" | "valueOrClose" | "key" | "keyOrClose" | "colon" | "commaOrClose" | "end";

/**
 * Offset of the first byte that no JSON text could have at its place, the payload's length where the text is cut off,
 * or `undefined` for well-formed JSON. RFC 8259 §2. Runs only after JSON.parse has refused the text, and without
 * recursion.
 */
export function syntaxErrorOffset(bytes: Uint8Array): number | undefined {
  const open: number[] = [];
  let expected: Expected = "value";
  for (let at = skipSpace(bytes, startOf(bytes)); at < bytes.length; at = skipSpace(bytes, at)) {
    const next = stepEnd(bytes, at, expected, open);
    if (next < 0) return ~next;
    expected = expectedAfter(bytes[at] as number, expected, open);
    at = next;
  }
  return expected === "end" ? undefined : bytes.length;
}

/** End of the token at `at`, or the complement of the offset at which it is wrong. */
function stepEnd(bytes: Uint8Array, at: number, expected: Expected, open: readonly number[]): number {
  const byte = bytes[at] as number;
  switch (expected) {
    case "value":
      return isOpening(byte) ? at + 1 : skipScalar(bytes, at);
    case "valueOrClose":
      return isOpening(byte) || byte === ascii.closeBracket ? at + 1 : skipScalar(bytes, at);
    case "key":
      return byte === ascii.quote ? skipScalar(bytes, at) : ~at;
    case "keyOrClose":
      if (byte === ascii.closeBrace) return at + 1;
      return byte === ascii.quote ? skipScalar(bytes, at) : ~at;
    case "colon":
      return byte === ascii.colon ? at + 1 : ~at;
    case "commaOrClose":
      return byte === ascii.comma || byte === closingOf(open.at(-1)) ? at + 1 : ~at;
    case "end":
      return ~at;
  }
}

/** What may follow a token that begins with `byte`; keeps the stack of open containers. */
function expectedAfter(byte: number, expected: Expected, open: number[]): Expected {
  if (expected === "key" || (expected === "keyOrClose" && byte === ascii.quote)) return "colon";
  if (expected === "colon") return "value";
  if (byte === ascii.comma) return open.at(-1) === ascii.openBrace ? "key" : "value";
  if (isOpening(byte)) {
    open.push(byte);
    return byte === ascii.openBrace ? "keyOrClose" : "valueOrClose";
  }
  if (byte === ascii.closeBrace || byte === ascii.closeBracket) open.pop();
  return open.length > 0 ? "commaOrClose" : "end";
}

function isOpening(byte: number): boolean {
  return byte === ascii.openBrace || byte === ascii.openBracket;
}

function closingOf(opening: number | undefined): number {
  return opening === ascii.openBrace ? ascii.closeBrace : ascii.closeBracket;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** RFC 8259 §8.1: a byte order mark may be ignored. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
