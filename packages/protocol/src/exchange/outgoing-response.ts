import type { OptionEntry } from "../option/encode-options.js";

/** A whole response: the endpoint adds header, token, Observe and block options. */
export interface OutgoingResponse {
  /** Response code byte, 2.00 to 5.31. RFC 7252 §5.9. */
  readonly code: number;
  /** Content-Format of the payload, or `undefined` where there is none. */
  readonly contentFormat: number | undefined;
  /** Every other option, in any order. */
  readonly options: readonly OptionEntry[];
  /** Bytes, or a text that is sent as UTF-8. */
  readonly payload: Uint8Array | string;
}
