import { NetworkError } from "../errors/network-error.js";

/** A host name has no address that the socket can send to, or a port cannot be sent to; `cause` is what the resolver said. */
export class ResolveError extends NetworkError {
  readonly code = "COAPKIT_ERR_RESOLVE";
}
