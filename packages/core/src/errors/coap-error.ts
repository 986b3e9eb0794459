import { CoapkitError, type OptionEntry } from "@coapkit/protocol";

/** What may go with a CoapError beside its text. */
export interface CoapErrorOptions extends ErrorOptions {
  /** Options of the response, such as Size1 with 4.13 or Max-Age with 5.03. */
  readonly options?: readonly OptionEntry[];
}

/**
 * Becomes a response: its code, and its message as the diagnostic payload (RFC 7252 §5.5.2), so write it for the
 * client. Throw it, or a subclass, from a handler, hook, guard or service.
 * @example throw new CoapError(Code.Conflict, "Sensor 7 is already in room 2.")
 */
export class CoapError extends CoapkitError {
  override readonly name: string = "CoapError";
  override readonly code: string = "COAPKIT_ERR_RESPONSE";
  readonly options: readonly OptionEntry[];

  constructor(
    /** Response code byte, 4.00 to 5.31. */
    readonly responseCode: number,
    message: string,
    options: CoapErrorOptions = {},
  ) {
    super(message, options);
    this.options = options.options ?? [];
  }
}
