import { encodeOptions, type OptionEntry, OptionsView } from "@coapkit/protocol";
import { firstByte, HEAD_BYTES, MessageType, tokenOf } from "../load/message.js";

/** A request with a token of 4 bytes. */
export interface ClientRequest {
  readonly code: number;
  readonly messageId: number;
  /** 32 bits, unsigned. */
  readonly token: number;
  readonly options: readonly OptionEntry[];
  readonly payload?: Uint8Array | undefined;
}

/** What a server sent, with windows on its datagram. */
export interface Reply {
  readonly type: MessageType;
  readonly code: number;
  readonly messageId: number;
  /** `undefined` where it has not 4 bytes. */
  readonly token: number | undefined;
  readonly options: OptionsView;
  readonly payload: Uint8Array;
}

const TOKEN_LENGTH_MASK = 0x0f;
const TOKEN_BYTES = 4;
const PAYLOAD_MARKER = 0xff;
const HEADER_BYTES = 4;

/** Writes a confirmable request. RFC 7252 §3. */
export function encodeConfirmable({ code, messageId, token, options, payload }: ClientRequest): Buffer {
  const encoded = encodeOptions(options);
  const payloadStart = HEAD_BYTES + encoded.length + 1;
  const message = Buffer.allocUnsafe(payload === undefined ? payloadStart - 1 : payloadStart + payload.length);
  message[0] = firstByte(MessageType.CON);
  message[1] = code;
  message.writeUInt16BE(messageId, 2);
  message.writeUInt32BE(token, HEADER_BYTES);
  message.set(encoded, HEAD_BYTES);
  if (payload === undefined) return message;
  message[payloadStart - 1] = PAYLOAD_MARKER;
  message.set(payload, payloadStart);
  return message;
}

/** Reads a message. @returns `undefined` where it is not CoAP of RFC 7252 */
export function readReply(message: Buffer): Reply | undefined {
  const first = message[0];
  if (message.length < HEADER_BYTES || first === undefined || first >>> 6 !== 1) return undefined;
  const tokenBytes = first & TOKEN_LENGTH_MASK;
  const options = OptionsView.parse(message, Math.min(HEADER_BYTES + tokenBytes, message.length));
  if (!options.ok) return undefined;
  const { end } = options.value;
  return {
    type: ((first >>> 4) & 0b11) as MessageType,
    code: message[1] as number,
    messageId: message.readUInt16BE(2),
    token: tokenBytes === TOKEN_BYTES && message.length >= HEAD_BYTES ? tokenOf(message) : undefined,
    options: options.value,
    payload: message.subarray(message[end] === PAYLOAD_MARKER ? end + 1 : end),
  };
}
