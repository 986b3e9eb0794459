import { isUtf8 } from "node:buffer";
import { decodeUint, OptionCursor, OptionNumber, type OptionsView, readUtf8 } from "@coapkit/protocol";
import { MAX_SEGMENTS } from "./path-pattern.js";
import { HASH_START, hashByte } from "./segment-hash.js";

/** Longest Content-Format value in bytes; a longer one is an elective option to ignore. RFC 7252 §5.4.3. */
const MAX_CONTENT_FORMAT_BYTES = 2;
const DOT = 0x2e;

/**
 * What routing and negotiation need of a request's options, found in one pass without allocation. One instance serves
 * all requests: what it holds is good until the next `read`.
 */
export class RequestHead {
  /** Uri-Path segments: `buffer[starts[i], ends[i])`, with their hashes. */
  buffer: Uint8Array = new Uint8Array(0);
  segmentCount = 0;
  readonly starts = new Int32Array(MAX_SEGMENTS);
  readonly ends = new Int32Array(MAX_SEGMENTS);
  readonly hashes = new Int32Array(MAX_SEGMENTS);
  /** Accept, or -1. */
  accept = -1;
  /** Content-Format, or -1. */
  contentFormat = -1;
  /** Whether Proxy-Uri or Proxy-Scheme is there. */
  isForProxy = false;
  /** Whether If-Match or If-None-Match is there. RFC 7252 §5.10.8. */
  isConditional = false;
  /** What is wrong with path or query, for the client; `undefined` when nothing is. RFC 7252 §5.10.1 */
  fault: string | undefined = undefined;
  readonly #cursor = new OptionCursor();

  /** Reads the options of a request; all fields then speak of it. */
  read(options: OptionsView): void {
    this.buffer = options.buffer;
    this.segmentCount = 0;
    this.accept = -1;
    this.contentFormat = -1;
    this.isForProxy = false;
    this.isConditional = false;
    this.fault = undefined;
    const cursor = this.#cursor;
    cursor.reset(options.buffer, options.start, options.end);
    while (cursor.next()) this.#readOption(cursor.number, cursor.valueStart, cursor.valueEnd);
  }

  #readOption(number: number, start: number, end: number): void {
    switch (number) {
      case OptionNumber.UriPath:
        this.#readSegment(start, end);
        break;
      case OptionNumber.ContentFormat:
        if (this.contentFormat < 0 && end - start <= MAX_CONTENT_FORMAT_BYTES) {
          this.contentFormat = decodeUint(this.buffer, start, end);
        }
        break;
      case OptionNumber.IfMatch:
      case OptionNumber.IfNoneMatch:
        this.isConditional = true;
        break;
      case OptionNumber.UriQuery:
        if (!this.#isUtf8(start, end)) this.fault ??= "The query is not UTF-8.";
        break;
      case OptionNumber.Accept:
        this.accept = decodeUint(this.buffer, start, end);
        break;
      case OptionNumber.ProxyUri:
      case OptionNumber.ProxyScheme:
        this.isForProxy = true;
    }
  }

  /** Text of a segment. */
  segment(index: number): string {
    return readUtf8(this.buffer, this.starts[index] as number, this.ends[index] as number);
  }

  /** Whether a segment has just these bytes. */
  segmentEquals(index: number, bytes: Uint8Array): boolean {
    const start = this.starts[index] as number;
    if ((this.ends[index] as number) - start !== bytes.length) return false;
    for (let i = 0; i < bytes.length; i++) if (this.buffer[start + i] !== bytes[i]) return false;
    return true;
  }

  #readSegment(start: number, end: number): void {
    if (this.segmentCount === MAX_SEGMENTS) {
      this.fault ??= `The path has more than ${MAX_SEGMENTS} segments.`;
      return;
    }
    let hash = HASH_START;
    let bits = 0;
    for (let i = start; i < end; i++) {
      const byte = this.buffer[i] as number;
      bits |= byte;
      hash = hashByte(hash, byte);
    }
    if (bits > 0x7f && !this.#isUtf8(start, end)) this.fault ??= "The path is not UTF-8.";
    if (isDots(this.buffer, start, end)) this.fault ??= 'A path segment is "." or "..".';
    const index = this.segmentCount++;
    this.starts[index] = start;
    this.ends[index] = end;
    this.hashes[index] = hash;
  }

  #isUtf8(start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      if ((this.buffer[i] as number) > 0x7f) return isUtf8(this.buffer.subarray(i, end));
    }
    return true;
  }
}

function isDots(buffer: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return (length === 1 || length === 2) && buffer[start] === DOT && buffer[end - 1] === DOT;
}
