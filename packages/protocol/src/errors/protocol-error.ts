import { CoapkitError } from "./coapkit-error.js";

/**
 * The peer broke an RFC. Raised only where a caller awaits an answer; readers of peer input return a `Result`.
 * Subclasses may narrow `code`.
 */
export class ProtocolError extends CoapkitError {
  readonly code: string = "COAPKIT_ERR_PROTOCOL";
}
