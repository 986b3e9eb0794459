import { type OptionEntry, optionsLength, writeOptions } from "../option/encode-options.js";
import { writeText } from "../option/utf8.js";
import { PAYLOAD_MARKER } from "../option/wire.js";
import type { Type } from "./message-type.js";

const VERSION_BITS = 1 << 6;
const HEADER_BYTES = 4;
const TOKEN_ONE_BYTE = 13;
const TOKEN_TWO_BYTES = 14;
const TOKEN_TWO_BYTE_OFFSET = 269;
/** A UTF-16 code unit has at most so many bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
/** Header, longest extension of a token length, payload marker. */
const FIXED_BYTES = HEADER_BYTES + 2 + 1;

/** Most bytes that payload can have: texts are measured while they are written. */
function longestPayload(payload: Uint8Array | string): number {
  return typeof payload === "string" ? payload.length * MAX_BYTES_PER_UNIT : payload.length;
}

/**
 * How many bytes a message has at most.
 * @param sorted its options by number
 * @throws OptionValueError for an option that the wire cannot carry
 */
export function messageBound(sorted: readonly OptionEntry[], payload: Uint8Array | string, tokenBytes: number): number {
  return FIXED_BYTES + tokenBytes + optionsLength(sorted) + longestPayload(payload);
}

/** Writes header and token `token[tokenStart, tokenEnd)`. @returns where they end */
export function writeHead(
  target: Uint8Array,
  start: number,
  type: Type,
  code: number,
  messageId: number,
  token: Uint8Array,
  tokenStart: number,
  tokenEnd: number,
): number {
  let at = writeHeader(target, start, type, code, messageId, tokenEnd - tokenStart);
  for (let i = tokenStart; i < tokenEnd; i++) target[at++] = token[i] as number;
  return at;
}

/** Writes what follows the token. @returns where the message ends */
export function writeContent(
  target: Uint8Array,
  start: number,
  sorted: readonly OptionEntry[],
  payload: Uint8Array | string,
): number {
  const at = writeOptions(sorted, target, start);
  if (payload.length === 0) return at;
  target[at] = PAYLOAD_MARKER;
  if (typeof payload === "string") return writeText(payload, target, at + 1);
  target.set(payload, at + 1);
  return at + 1 + payload.length;
}

/** Writes an empty message: 4 bytes. RFC 7252 §4.1. */
export function writeEmpty(target: Uint8Array, start: number, type: Type, messageId: number): number {
  return writeHeader(target, start, type, 0, messageId, 0);
}

function writeHeader(
  target: Uint8Array,
  start: number,
  type: Type,
  code: number,
  messageId: number,
  tokenBytes: number,
): number {
  const nibble =
    tokenBytes < TOKEN_ONE_BYTE ? tokenBytes : tokenBytes < TOKEN_TWO_BYTE_OFFSET ? TOKEN_ONE_BYTE : TOKEN_TWO_BYTES;
  target[start] = VERSION_BITS | (type << 4) | nibble;
  target[start + 1] = code;
  target[start + 2] = messageId >>> 8;
  target[start + 3] = messageId & 0xff;
  let at = start + HEADER_BYTES;
  if (nibble === TOKEN_ONE_BYTE) target[at++] = tokenBytes - TOKEN_ONE_BYTE;
  else if (nibble === TOKEN_TWO_BYTES) {
    target[at++] = (tokenBytes - TOKEN_TWO_BYTE_OFFSET) >>> 8;
    target[at++] = (tokenBytes - TOKEN_TWO_BYTE_OFFSET) & 0xff;
  }
  return at;
}
