import { Code, isSafeMethod, OptionNumber } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import { contextKey } from "../context/request-context.js";
import type { ResourceVersion, VersionOf } from "../context/resource-version.js";
import { isPromise } from "../hooks/is-promise.js";
import { etagBytes, Reply } from "../reply/reply.js";
import { kernelStep, type Step } from "./steps.js";

/** The entity-tag that a route has declared for what this request targets. */
export const CURRENT_ETAG = contextKey<Uint8Array>("core/etag");

const UNVERIFIABLE = new Reply(
  Code.PreconditionFailed,
  "This resource declares no version, so If-Match and If-None-Match cannot be checked.",
);
const FAILED = new Reply(Code.PreconditionFailed);

/**
 * The step that answers conditional requests. RFC 7252 §5.10.8.
 * @param versionOf the route's version, or `undefined`: then a conditional request is refused rather than run blindly
 */
export function preconditionStep(versionOf: VersionOf | undefined): Step {
  if (versionOf === undefined) return kernelStep((ctx) => (ctx.isConditional ? UNVERIFIABLE : undefined));
  return kernelStep((ctx) => {
    const version = versionOf(ctx);
    return isPromise(version) ? version.then((settled) => evaluate(ctx, settled)) : evaluate(ctx, version);
  });
}

function evaluate(ctx: RequestContext, version: ResourceVersion): Reply | undefined {
  const { options, method } = ctx.request;
  const etag = version === undefined || version === true ? undefined : etagBytes(version);
  const conditions = options.all(OptionNumber.IfMatch);
  const matches = (tag: Uint8Array) =>
    tag.length === 0 ? version !== undefined : etag !== undefined && sameBytes(tag, etag);
  if (conditions.length > 0 && !conditions.some(matches)) return FAILED;
  if (options.has(OptionNumber.IfNoneMatch) && version !== undefined) return FAILED;
  if (etag === undefined || !isSafeMethod(method)) return undefined;
  if (holdsEtag(ctx, etag)) return new Reply(Code.Valid, undefined, { etag });
  ctx.set(CURRENT_ETAG, etag);
  return undefined;
}

/** Whether the client says that it holds this representation. RFC 7252 §5.10.6.2. */
export function holdsEtag(ctx: RequestContext, etag: Uint8Array): boolean {
  return ctx.request.options.all(OptionNumber.ETag).some((tag) => sameBytes(tag, etag));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
