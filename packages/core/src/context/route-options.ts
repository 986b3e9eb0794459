import type { FormatName } from "../ports/payload-format.js";

/** Attributes of a route's link. RFC 6690 §3. */
export interface LinkAttributes {
  /** Resource type; several, separated by blanks. RFC 6690 §3.1. */
  readonly rt?: string | undefined;
  /** Interface description. RFC 6690 §3.2. */
  readonly if?: string | undefined;
  /** Maximum size estimate in bytes. RFC 6690 §3.3. */
  readonly sz?: number | undefined;
  readonly title?: string | undefined;
  /** Any other attribute; `true` is a flag without a value. */
  readonly attributes?: Readonly<Record<string, string | number | true>> | undefined;
}

/** What can be said of a route besides where it is and who answers. */
export interface RouteOptions extends LinkAttributes {
  /**
   * Content formats of the answer, the default first; others in Accept give 4.06 before the handler runs. Without Accept
   * the payload's own format is used where it is one of them. An empty list: only the handler knows, by what it stored
   * say, and names the format in its reply; a 2.05 to GET or FETCH in another format than Accept's becomes 4.06, and
   * Accept means nothing else here. Default: what the value calls for.
   */
  readonly produces?: readonly FormatName[] | undefined;
  /**
   * Content formats of the payload; others give 4.15. Default: by the payload's declared type: text/plain for a string,
   * any for bytes, else those of the structured codecs. Where the handler takes no payload nothing is checked.
   */
  readonly consumes?: readonly FormatName[] | undefined;
  /** Largest request body in bytes; above: 4.13 with Size1. Default: the app's `bodyLimitBytes`. */
  readonly bodyLimitBytes?: number | undefined;
  /** Time a handler may take, in milliseconds; after it: 5.03. Default: the app's `handlerTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Whether `/.well-known/core` lists it. Default: true. */
  readonly discoverable?: boolean | undefined;
}
