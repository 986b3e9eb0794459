import { type OptionEntry, optionsLength, sortOptions, writeOptions } from "../option/encode-options.js";
import { utf8Length, writeUtf8 } from "../option/utf8.js";
import { PAYLOAD_MARKER } from "../option/wire.js";
import type { Type } from "./message-type.js";

const VERSION_BITS = 1 << 6;
const HEADER_BYTES = 4;
const TOKEN_ONE_BYTE = 13;
const TOKEN_TWO_BYTES = 14;
const TOKEN_TWO_BYTE_OFFSET = 269;
/** Header, longest extension of a token length, payload marker. */
const FIXED_BYTES = HEADER_BYTES + 2 + 1;

/** Length of a payload in bytes. */
export function payloadLength(payload: Uint8Array | string): number {
  return typeof payload === "string" ? utf8Length(payload) : payload.length;
}

/** Writes messages into memory that is there already; one writer serves all, and is good for one message at a time. */
export class MessageWriter {
  #options: readonly OptionEntry[] = [];
  #payload: Uint8Array | string = "";
  #payloadBytes = 0;

  /**
   * Takes options and payload of the next message.
   * @param payloadBytes the payload's length in bytes
   * @returns how many bytes the message has at most, with a token of `tokenBytes`
   * @throws OptionValueError for an option that the wire cannot carry
   */
  prepare(
    options: readonly OptionEntry[],
    payload: Uint8Array | string,
    payloadBytes: number,
    tokenBytes: number,
  ): number {
    this.#options = options.length > 1 ? sortOptions(options) : options;
    this.#payload = payload;
    this.#payloadBytes = payloadBytes;
    return FIXED_BYTES + tokenBytes + optionsLength(this.#options) + payloadBytes;
  }

  /** Writes what was prepared, with its header and the token `token[tokenStart, tokenEnd)`. @returns where it ends */
  write(
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
    at = writeOptions(this.#options, target, at);
    if (this.#payloadBytes === 0) return at;
    target[at++] = PAYLOAD_MARKER;
    if (typeof this.#payload === "string") writeUtf8(this.#payload, this.#payloadBytes, target, at);
    else target.set(this.#payload, at);
    return at + this.#payloadBytes;
  }
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
