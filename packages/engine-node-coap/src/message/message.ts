import { OptionsView } from "@coapkit/protocol";
import type { DropReason } from "../counters.js";

/** Message types. RFC 7252 §3. */
export const MessageType = { CON: 0, NON: 1, ACK: 2, RST: 3 } as const;

/** A message type as it stands in the header. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** A well-formed datagram; its fields are windows on the datagram. */
export interface Message {
  readonly type: MessageType;
  readonly code: number;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: OptionsView;
  readonly payload: Uint8Array;
}

/** A message, or why there is none and, where a Reset is due, the message ID to reset. */
export type MessageReading =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly reason: DropReason; readonly resetId: number | undefined };

const HEADER_BYTES = 4;
const MAX_TOKEN_BYTES = 8;
const PAYLOAD_MARKER = 0xff;

/** Reads a datagram as strictly as RFC 7252 §3 asks; npm coap-packet accepts truncated options and long tokens. */
export function readMessage(datagram: Uint8Array): MessageReading {
  if (datagram.length < HEADER_BYTES) return { ok: false, reason: "droppedTooShort", resetId: undefined };
  const first = datagram[0] as number;
  if (first >>> 6 !== 1) return { ok: false, reason: "droppedVersion", resetId: undefined }; // §3: silently ignored
  const type = ((first >>> 4) & 0x03) as MessageType;
  const code = datagram[1] as number;
  const messageId = ((datagram[2] as number) << 8) | (datagram[3] as number);
  const tokenEnd = HEADER_BYTES + (first & 0x0f);
  const malformed = { ok: false, reason: "droppedFormat", resetId: resetIdOf(type, messageId) } as const;
  if (tokenEnd > HEADER_BYTES + MAX_TOKEN_BYTES || tokenEnd > datagram.length) return malformed;
  if (code === 0 && datagram.length !== HEADER_BYTES) return malformed; // §4.1
  const options = OptionsView.parse(datagram, tokenEnd);
  if (!options.ok) return malformed;
  const payload = readPayload(datagram, options.value.end);
  if (payload === undefined) return malformed;
  const token = datagram.subarray(HEADER_BYTES, tokenEnd);
  return { ok: true, message: { type, code, messageId, token, options: options.value, payload } };
}

/** RFC 7252 §4.2: a CON that cannot be processed is rejected with a Reset; anything else silently. */
function resetIdOf(type: MessageType, messageId: number): number | undefined {
  return type === MessageType.CON ? messageId : undefined;
}

/** `undefined` for a marker without a payload. RFC 7252 §3. */
function readPayload(datagram: Uint8Array, optionsEnd: number): Uint8Array | undefined {
  if (datagram[optionsEnd] !== PAYLOAD_MARKER) return datagram.subarray(datagram.length);
  return optionsEnd + 1 < datagram.length ? datagram.subarray(optionsEnd + 1) : undefined;
}
