import { CoapkitError } from "@coapkit/protocol";

/** The native DTLS engine cannot run here; the text says why and what to do. Plain `coap://` is not affected. */
export class DtlsUnavailableError extends CoapkitError {
  readonly code = "COAPKIT_ERR_DTLS_UNAVAILABLE";
}
