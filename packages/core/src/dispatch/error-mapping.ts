import { Code, isCoapkitError } from "@coapkit/protocol";
import type { CoapError } from "../errors/coap-error.js";
import { Reply } from "../reply/reply.js";

/** What a client sees of a bug: a code, and nothing of the inside. */
export const INTERNAL_ERROR = new Reply(Code.InternalServerError);

/** The reply that something thrown means; anything but a Reply and a CoapError is a bug. */
export function replyTo(thrown: unknown): Reply {
  if (thrown instanceof Reply) return thrown;
  return isCoapError(thrown)
    ? new Reply(thrown.responseCode, thrown.message, { options: thrown.options })
    : INTERNAL_ERROR;
}

/** Whether something thrown is a CoapError, whichever copy of core made it. */
export function isCoapError(thrown: unknown): thrown is CoapError {
  return isCoapkitError(thrown) && typeof (thrown as Partial<CoapError>).responseCode === "number";
}

/** Whether something thrown is neither an answer nor meant to become one. */
export function isBug(thrown: unknown): boolean {
  return !(thrown instanceof Reply) && !isCoapError(thrown);
}
