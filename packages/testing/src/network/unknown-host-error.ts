import { NetworkError } from "@coapkit/protocol";

/** A host or port that leads nowhere; has the code of the error that the UDP transport throws then. */
export class UnknownHostError extends NetworkError {
  readonly code = "COAPKIT_ERR_RESOLVE";
}
