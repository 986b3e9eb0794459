import type { OptionEntry } from "../option/encode-options.js";

/** What has to be known of an observation to take it up after a restart. RFC 7641 §4.1. */
export interface StoredObservation {
  /** Literal address of the client. */
  readonly address: string;
  readonly port: number;
  /** Method of the registration, as a code byte. */
  readonly method: number;
  readonly token: Uint8Array;
  /** Options of the registration, Observe among them. */
  readonly options: readonly OptionEntry[];
  readonly payload: Uint8Array;
  /** Value of the next Observe option, which has to be newer than any that the client has seen. RFC 7641 §3.4. */
  readonly sequence: number;
}
