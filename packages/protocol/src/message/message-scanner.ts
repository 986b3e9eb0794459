import { OptionNumber } from "../option/option-number.js";
import { MAX_OPTION_NUMBER, ONE_BYTE, PAYLOAD_MARKER, TWO_BYTE_OFFSET } from "../option/wire.js";
import type { Type } from "./message-type.js";

/** What a datagram turned out to be. */
export const Verdict = {
  /** A well-formed message; the scanner's fields describe it. */
  Message: 0,
  /** Another protocol version, or too short to have one: ignored in silence. RFC 7252 §3. */
  Ignore: 1,
  /** A message format error: type and message ID can be read, nothing else. RFC 7252 §3. */
  FormatError: 2,
} as const;

/** One of the verdicts. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Which of the options that the endpoint itself acts on occur in a message; bits of `flags`. */
export const OptionFlag = {
  Observe: 1,
  Block1: 2,
  Block2: 4,
  Size1: 8,
  Size2: 16,
  NoResponse: 32,
  RequestTag: 64,
  Echo: 128,
} as const;

const VERSION_1 = 1;
const HEADER_BYTES = 4;
const RESERVED_NIBBLE = 15;
const MAX_TOKEN_BYTES = 8;
const TOKEN_ONE_BYTE = 13;
const TOKEN_TWO_BYTES = 14;

/**
 * Reads a datagram in one pass and without allocation: header, token, options' bounds, payload's start, and which of the
 * options the endpoint acts on are there. One scanner serves all messages; its fields are good until the next `scan`.
 */
export class MessageScanner {
  type: Type = 0;
  code = 0;
  messageId = 0;
  tokenStart = 0;
  tokenEnd = 0;
  optionsStart = 0;
  optionsEnd = 0;
  /** Where the payload starts; the datagram's end where there is none. */
  payloadStart = 0;
  end = 0;
  /** `OptionFlag` bits. */
  flags = 0;

  scan(buffer: Uint8Array, start: number, end: number): Verdict {
    if (end - start < HEADER_BYTES) return Verdict.Ignore;
    const first = buffer[start] as number;
    if (first >>> 6 !== VERSION_1) return Verdict.Ignore;
    this.type = ((first >>> 4) & 3) as Type;
    this.code = buffer[start + 1] as number;
    this.messageId = ((buffer[start + 2] as number) << 8) | (buffer[start + 3] as number);
    this.end = end;
    this.flags = 0;
    const tokenEnd = this.#scanToken(buffer, start, first & 0x0f, end);
    if (tokenEnd < 0) return Verdict.FormatError;
    if (this.code === 0 && end !== start + HEADER_BYTES) return Verdict.FormatError; // §4.1
    return this.#scanOptions(buffer, tokenEnd, end);
  }

  /** Tokens of more than 8 bytes are tolerated as RFC 8974 §2.1 encodes them. @returns the token's end, or -1 */
  #scanToken(buffer: Uint8Array, start: number, nibble: number, end: number): number {
    let at = start + HEADER_BYTES;
    let length = nibble;
    if (nibble > MAX_TOKEN_BYTES) {
      if (nibble < TOKEN_ONE_BYTE || nibble > TOKEN_TWO_BYTES) return -1;
      if (at + nibble - (TOKEN_ONE_BYTE - 1) > end) return -1;
      length = TOKEN_ONE_BYTE + (buffer[at++] as number);
      if (nibble === TOKEN_TWO_BYTES) {
        length = TWO_BYTE_OFFSET + (((length - TOKEN_ONE_BYTE) << 8) | (buffer[at++] as number));
      }
    }
    this.tokenStart = at;
    this.tokenEnd = at + length;
    return this.tokenEnd > end ? -1 : this.tokenEnd;
  }

  #scanOptions(buffer: Uint8Array, start: number, end: number): Verdict {
    let at = start;
    let number = 0;
    let flags = 0;
    this.optionsStart = start;
    while (at < end) {
      const header = buffer[at++] as number;
      if (header === PAYLOAD_MARKER) {
        this.optionsEnd = at - 1;
        this.payloadStart = at;
        this.flags = flags;
        return at === end ? Verdict.FormatError : Verdict.Message; // §3: a marker with nothing behind it
      }
      let delta = header >>> 4;
      let length = header & 0x0f;
      if (delta >= ONE_BYTE) {
        if (delta === RESERVED_NIBBLE) return Verdict.FormatError;
        if (delta === ONE_BYTE) delta += buffer[at++] as number;
        else delta = TWO_BYTE_OFFSET + (((buffer[at++] as number) << 8) | (buffer[at++] as number));
      }
      if (length >= ONE_BYTE) {
        if (length === RESERVED_NIBBLE) return Verdict.FormatError;
        if (length === ONE_BYTE) length += buffer[at++] as number;
        else length = TWO_BYTE_OFFSET + (((buffer[at++] as number) << 8) | (buffer[at++] as number));
      }
      number += delta;
      at += length;
      if (!(at <= end) || number > MAX_OPTION_NUMBER) return Verdict.FormatError; // also where a length byte is missing: NaN
      flags |= flagOf(number);
    }
    this.optionsEnd = end;
    this.payloadStart = end;
    this.flags = flags;
    return Verdict.Message;
  }
}

function flagOf(number: number): number {
  switch (number) {
    case OptionNumber.Observe:
      return OptionFlag.Observe;
    case OptionNumber.Block2:
      return OptionFlag.Block2;
    case OptionNumber.Block1:
      return OptionFlag.Block1;
    case OptionNumber.Size2:
      return OptionFlag.Size2;
    case OptionNumber.Size1:
      return OptionFlag.Size1;
    case OptionNumber.Echo:
      return OptionFlag.Echo;
    case OptionNumber.NoResponse:
      return OptionFlag.NoResponse;
    case OptionNumber.RequestTag:
      return OptionFlag.RequestTag;
    default:
      return 0;
  }
}
