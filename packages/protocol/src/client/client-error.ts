import { CoapkitError } from "../errors/coapkit-error.js";
import { AbortedError, ClosedError, NetworkError, ResetError, TimeoutError } from "../errors/network-error.js";
import { ProtocolError } from "../errors/protocol-error.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { PendingRequest } from "./pending-request.js";

/** As many requests are under way as `limits.requests` allows; nothing was sent. */
export class RequestLimitError extends NetworkError {
  readonly code = "COAPKIT_ERR_REQUEST_LIMIT";
}

/** A request that cannot be sent as it is: its URI is none, its scheme is not the transport's, its body has no place. */
export class RequestError extends CoapkitError {
  readonly code = "COAPKIT_ERR_REQUEST";
}

/** A response body exceeds `responseLimitBytes`. */
export class ResponseTooLargeError extends ProtocolError {
  override readonly code = "COAPKIT_ERR_RESPONSE_TOO_LARGE";
}

/** What a caller gets whose signal fired. */
export function abortedError(signal: AbortSignal): AbortedError {
  return new AbortedError("The request was aborted by its signal.", { cause: signal.reason });
}

/** What a caller gets whose peer has gone with its session. */
export function sessionEndedError({ key }: RemotePeer): ClosedError {
  return new ClosedError(`The session of ${key} has ended; wait for the peer to call again, or ask its URI.`);
}

/** What a caller gets whose endpoint is closed meanwhile. */
export function endpointClosedError(): ClosedError {
  return new ClosedError("The endpoint was closed while the request was under way.");
}

/** What a caller gets whose request was reset. */
export function resetError({ key }: RemotePeer): ResetError {
  return new ResetError(`${key} reset the request; it lacks the context for it.`);
}

/** What a caller gets whose CON was never acknowledged. */
export function unacknowledgedError({ key }: RemotePeer, pending: PendingRequest): TimeoutError {
  return timeoutError(`No acknowledgement from ${key}; check the address, or allow more time.`, pending);
}

/** What a caller gets whose request was acknowledged or went as NON, and not answered. */
export function unansweredError({ key }: RemotePeer, pending: PendingRequest): TimeoutError {
  const { responseTimeoutMs: timeoutMs, unsent } = pending;
  const text =
    unsent === undefined
      ? `No response from ${key} within ${timeoutMs} ms; check the address, or allow more time.`
      : `A NON request waited ${timeoutMs} ms for PROBING_RATE: ${key} does not answer; check the address, or send a CON.`;
  return timeoutError(text, pending);
}

function timeoutError(text: string, { rejectedOption }: PendingRequest): TimeoutError {
  if (rejectedOption < 0) return new TimeoutError(text);
  const cause = new ProtocolError(`A response was rejected: its critical option ${rejectedOption} is not recognized.`);
  return new TimeoutError(text, { cause });
}
