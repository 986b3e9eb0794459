import type { Link } from "@coapkit/protocol";

/** Gives links for `/.well-known/core` when somebody asks: one for each instance of `/sensors/:id`, say. */
export type LinkProvider = () => Iterable<Link>;

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
