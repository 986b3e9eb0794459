import { CoapkitError } from "@coapkit/protocol";

/** Why `coap-client` gave no result. */
export type CoapClientErrorCode =
  | "COAPKIT_ERR_COAP_CLIENT_MISSING"
  | "COAPKIT_ERR_COAP_CLIENT_FAILED"
  | "COAPKIT_ERR_COAP_CLIENT_TIMEOUT";

/** libcoap's client could not be run, refused its arguments, or did not end in time. */
export class CoapClientError extends CoapkitError {
  override readonly name = "CoapClientError";

  constructor(
    override readonly code: CoapClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
