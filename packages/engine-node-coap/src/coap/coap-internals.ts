// Reaches into npm coap, because its public `end` slices bodies by itself and overwrites ETag, and its observe streams
// send the notifications of a NON registration as ACK and count from 1 again for each registration.
import type { OptionEntry } from "@coapkit/protocol";
import { encodeUint, formatCode } from "@coapkit/protocol";
import { type Agent, type IncomingMessage, OutgoingMessage, parameters, type Server } from "coap";
import type { CoapGate } from "./coap-gate.js";

/** What identifies a message that npm coap has sent. */
export interface SentMessage {
  readonly messageId: number;
  readonly token: Uint8Array;
}

/** One message to send: a whole body or one block of it. */
export interface WireAnswer {
  readonly code: number;
  readonly options: readonly OptionEntry[];
  readonly payload: Uint8Array;
}

const HEADER_AND_MARKER_BYTES = 4 + 8 + 1;
const OPTION_HEADER_BYTES = 5;

/** Whether npm coap will encode it: `parameters.maxMessageSize`, 1280 bytes, is global to the process. */
export function fitsMessage({ options, payload }: WireAnswer): boolean {
  let bytes = HEADER_AND_MARKER_BYTES + payload.length;
  for (const { value } of options) bytes += OPTION_HEADER_BYTES + bytesOf(value).length;
  return bytes <= parameters.maxMessageSize;
}

/** Sends a response: piggybacked, or confirmable once npm coap has sent the empty ACK. */
export function sendAnswer(message: OutgoingMessage, answer: WireAnswer): void {
  message.code = formatCode(answer.code);
  for (const [number, values] of groupByNumber(answer.options)) message.setOption(number, values);
  const payload = answer.payload.length === 0 ? undefined : bytesOf(answer.payload);
  OutgoingMessage.prototype.end.call(message, payload); // past the subclass that npm coap's server makes
}

/** A confirmable message of its own to the peer of `first`, under the same token. */
export function sendNotification(first: OutgoingMessage, token: Uint8Array, answer: WireAnswer): OutgoingMessage {
  const message = new OutgoingMessage({ token: bytesOf(token) }, first._send);
  message._packet.confirmable = true;
  message.on("error", (error) => first.emit("error", error));
  sendAnswer(message, answer);
  return message;
}

/**
 * Frees what npm coap keeps of a reply that nothing acknowledges: it would hold request, response and a timer for 202 s,
 * for duplicates that never reach it.
 */
export function forgetReply(server: Server, peerKey: string, { messageId, token }: SentMessage): void {
  const tokenText = token.length === 0 ? "" : bytesOf(token).toString("hex");
  server._lru.delete(`${peerKey}/${messageId}${tokenText}`);
}

/** Calls off the empty ACK of a response that will never be sent. */
export function abandonAnswer(message: OutgoingMessage): void {
  if (message._ackTimer != null) clearTimeout(message._ackTimer);
  message._ackTimer = null;
}

/** Sends the empty ACK of a confirmable request at once, unless it went out before; nothing follows it. */
export function acknowledgeOnly(message: OutgoingMessage): void {
  if (message._ackTimer == null) return;
  abandonAnswer(message);
  const { messageId } = message._packet;
  if (messageId !== undefined) message._send(message, { messageId, code: "0.00", options: [], ack: true });
}

/** Calls back with each body of an observation while the datagram that completed it is being received. */
export function interceptNotifications(stream: IncomingMessage, callback: (payload: Buffer) => void): void {
  Object.assign(stream, { _disableFiltering: true }); // it compares with the last block, which has no Observe
  stream.push = (payload: Buffer | null) => {
    if (payload !== null) callback(payload);
    return true;
  };
}

/** Forgets blocks that npm coap has collected of an older representation. */
export function restartBody(request: OutgoingMessage): void {
  request._totalPayload = Buffer.alloc(0);
}

/** Sends no further blocks of a body that the server has refused; npm coap would send them all. RFC 7959 §2.9. */
export function stopUpload(request: OutgoingMessage): void {
  delete request.segmentedSender;
}

/** npm coap's Agent on a socket that it neither owns nor closes. */
export function agentOptionsFor(gate: CoapGate): NonNullable<ConstructorParameters<typeof Agent>[0]> {
  return { type: gate.type, socket: gate as never };
}

/** Bytes of an option value or payload, as npm coap wants them. */
export function bytesOf(value: Uint8Array | string | number): Buffer {
  if (typeof value === "string") return Buffer.from(value);
  const bytes = typeof value === "number" ? encodeUint(value) : value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** npm coap keeps repeated options only when they are set together; it takes numbers as text. */
export function groupByNumber(options: readonly OptionEntry[]): Map<string, Buffer[]> {
  const groups = new Map<string, Buffer[]>();
  for (const { number, value } of options) {
    const values = groups.get(String(number));
    if (values === undefined) groups.set(String(number), [bytesOf(value)]);
    else values.push(bytesOf(value));
  }
  return groups;
}
