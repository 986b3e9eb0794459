import { Code, OptionsView } from "@coapkit/protocol";
import { firstByte, HEAD_BYTES, MessageType } from "./message.js";

/** What a datagram is to the request whose token it carries. */
export const Verdict = {
  right: 0,
  wrong: 1,
  /** The right answer as a separate response that wants an acknowledgement. RFC 7252 §5.2.2. */
  separate: 2,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Judges a datagram whose token fits the request. */
export type ReplyCheck = (reply: Uint8Array, request: Uint8Array) => Verdict;

const PIGGYBACKED = firstByte(MessageType.ACK);
const CONFIRMABLE = firstByte(MessageType.CON);
const NON_CONFIRMABLE = firstByte(MessageType.NON);
const PAYLOAD_MARKER = 0xff;

/** Right is the request itself, byte by byte. */
export const checkEcho: ReplyCheck = (reply, request) =>
  reply.length === request.length && equalFrom(0, reply, request) ? Verdict.right : Verdict.wrong;

/**
 * Right is a 2.05 with the expected payload: piggybacked on the ACK of a CON request, NON for a NON request, or separate.
 * @param expected the payload; without it the first answer's payload is what all others must be
 */
export function checkContent(expected?: Uint8Array): ReplyCheck {
  let payload = expected;
  let known: Uint8Array = new Uint8Array(0);
  const isRightBody = (reply: Uint8Array): boolean => {
    if (reply.length === known.length && equalFrom(HEAD_BYTES, reply, known)) return true;
    const found = payloadOf(reply);
    if (found === undefined) return false;
    payload ??= Uint8Array.from(found);
    if (found.length !== payload.length || !equalFrom(0, found, payload)) return false;
    known = Uint8Array.from(reply);
    return true;
  };
  return (reply, request) => {
    if (reply[1] !== Code.Content || !isRightBody(reply)) return Verdict.wrong;
    return verdictOfType(reply, request);
  };
}

function verdictOfType(reply: Uint8Array, request: Uint8Array): Verdict {
  const first = reply[0];
  if (first === PIGGYBACKED) {
    const isAnswer = request[0] === CONFIRMABLE && reply[2] === request[2] && reply[3] === request[3];
    return isAnswer ? Verdict.right : Verdict.wrong;
  }
  if (first === NON_CONFIRMABLE) return Verdict.right; // RFC 7252 §5.2.2, §5.2.3: NON answers both
  return first === CONFIRMABLE ? Verdict.separate : Verdict.wrong;
}

function payloadOf(reply: Uint8Array): Uint8Array | undefined {
  const options = OptionsView.parse(reply, HEAD_BYTES);
  if (!options.ok) return undefined;
  const { end } = options.value;
  return reply[end] === PAYLOAD_MARKER ? reply.subarray(end + 1) : reply.subarray(end);
}

function equalFrom(offset: number, a: Uint8Array, b: Uint8Array): boolean {
  for (let index = offset; index < b.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
