import { encodeOptions, OptionNumber } from "@coapkit/protocol";

/** Message types as the two bits of the header. RFC 7252 §3. */
export const MessageType = { CON: 0, NON: 1, ACK: 2, RST: 3 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** How a run sends its requests. */
export type RequestType = typeof MessageType.CON | typeof MessageType.NON;

const GET = 0x01;
/** 4 bytes of header, 4 of token. */
export const HEAD_BYTES = 8;
const TOKEN_BYTES = 4;
const SEQUENCE_BITS = 22;
/** Sequence numbers of one source: the low 22 bits of the token. */
export const SEQUENCES = 2 ** SEQUENCE_BITS;
/** Most sources of a run: the high 10 bits of the token. */
export const MAX_SOURCES = 2 ** 10;

/** First byte of a message with a token of `tokenBytes`. RFC 7252 §3. */
export function firstByte(type: MessageType, tokenBytes: number = TOKEN_BYTES): number {
  return 0x40 | (type << 4) | tokenBytes;
}

/** A GET for `path`, ready but for its message ID and token, which `stampRequest` writes. */
export function encodeRequest(type: RequestType, path: string): Buffer {
  const segments = path.split("/").filter((segment) => segment !== "");
  const options = encodeOptions(segments.map((value) => ({ number: OptionNumber.UriPath, value })));
  const request = Buffer.alloc(HEAD_BYTES + options.length);
  request[0] = firstByte(type);
  request[1] = GET;
  request.set(options, HEAD_BYTES);
  return request;
}

/** Writes the message ID (the low 16 bits of `sequence`) and the token (source and sequence) in place. */
export function stampRequest(request: Uint8Array, source: number, sequence: number): void {
  request[2] = (sequence >>> 8) & 0xff;
  request[3] = sequence & 0xff;
  const token = (source << SEQUENCE_BITS) | sequence;
  request[4] = token >>> 24;
  request[5] = (token >>> 16) & 0xff;
  request[6] = (token >>> 8) & 0xff;
  request[7] = token & 0xff;
}

/** The token of a message that has one of 4 bytes, unsigned. */
export function tokenOf(message: Uint8Array): number {
  return (
    (((message[4] as number) << 24) |
      ((message[5] as number) << 16) |
      ((message[6] as number) << 8) |
      (message[7] as number)) >>>
    0
  );
}

/** The source that a token was stamped with. */
export function sourceOf(token: number): number {
  return token >>> SEQUENCE_BITS;
}

/** The sequence number that a token was stamped with. */
export function sequenceOf(token: number): number {
  return token & (SEQUENCES - 1);
}

/** An empty acknowledgement of a confirmable response. RFC 7252 §4.2. */
export function encodeAcknowledgement(response: Uint8Array): Buffer {
  return Buffer.from([firstByte(MessageType.ACK, 0), 0, response[2] as number, response[3] as number]);
}
