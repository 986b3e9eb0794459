import type { RequestContext } from "./request-context.js";

/**
 * The version of what a request targets: an entity-tag (1 to 8 bytes, or text of that length), `true` for a resource
 * that exists without one, `undefined` for one that does not exist. RFC 7252 §5.10.6.
 */
export type ResourceVersion = Uint8Array | string | true | undefined;

/** Finds the version of what a request targets. */
export type VersionOf = (ctx: RequestContext) => ResourceVersion | Promise<ResourceVersion>;
