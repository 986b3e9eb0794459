import { Code } from "@coapkit/protocol";
import type { Message, MessageType } from "./message.js";

const VERSION = 1 << 6;

/** An Empty message: an acknowledgement or a Reset. RFC 7252 §4.1. */
export function emptyMessage(type: MessageType, messageId: number): Buffer {
  return Buffer.of(VERSION | (type << 4), 0, messageId >>> 8, messageId & 0xff);
}

/**
 * What npm coap gets to see of a request: type, message ID and token of the real one, and no option or payload of the
 * peer's that could trip its parser, its option converters or its own block-wise transfer.
 */
export function skeletonOf({ type, messageId, token }: Message): Buffer {
  const header = Buffer.of(VERSION | (type << 4) | token.length, Code.GET, messageId >>> 8, messageId & 0xff);
  return Buffer.concat([header, token]);
}

/** Type of a datagram that npm coap made. */
export function typeOf(datagram: Uint8Array): MessageType {
  return (((datagram[0] as number) >>> 4) & 0x03) as MessageType;
}

/** Message ID of a datagram that npm coap made. */
export function messageIdOf(datagram: Uint8Array): number {
  return ((datagram[2] as number) << 8) | (datagram[3] as number);
}

/** Token of a datagram that npm coap made. */
export function tokenOf(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(4, 4 + ((datagram[0] as number) & 0x0f));
}
