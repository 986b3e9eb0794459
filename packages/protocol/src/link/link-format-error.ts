import { CoapkitError } from "../errors/coapkit-error.js";

/** A link that CoRE Link Format cannot express was about to be written. */
export class LinkFormatError extends CoapkitError {
  readonly code = "COAPKIT_ERR_LINK_FORMAT";
}
