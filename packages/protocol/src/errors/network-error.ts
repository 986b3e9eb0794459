import { CoapkitError } from "./coapkit-error.js";

/** The exchange ended without an answer: time ran out, or one of the sides, or the caller, gave up. */
export abstract class NetworkError extends CoapkitError {}

/** No acknowledgement or no response came in time. RFC 7252 §4.2, §4.8.2. */
export class TimeoutError extends NetworkError {
  readonly code = "COAPKIT_ERR_TIMEOUT";
}

/** The peer answered with a Reset message: it lacks the context to process ours. RFC 7252 §4.2. */
export class ResetError extends NetworkError {
  readonly code = "COAPKIT_ERR_RESET";
}

/** The endpoint, the transport or the connection is closed, or was closed while the exchange was under way. */
export class ClosedError extends NetworkError {
  readonly code = "COAPKIT_ERR_CLOSED";
}

/** The caller's `AbortSignal` fired; `cause` is the signal's reason. */
export class AbortedError extends NetworkError {
  readonly code = "COAPKIT_ERR_ABORTED";
}
