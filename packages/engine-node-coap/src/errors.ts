import { NetworkError } from "@coapkit/protocol";

/** An address that cannot be bound, looked up or sent to; `cause` is the system's error. */
export class AddressError extends NetworkError {
  readonly code = "COAPKIT_ERR_ADDRESS";
}
