import { badRequest, contextKey, Reply, type RequestContext } from "@coapkit/core";
import { isSuccessCode } from "@coapkit/protocol";
import { conditionsOf, unconditional } from "./conditional-request.js";
import { explainMismatch } from "./conditions/conditions.js";
import type { SampledValue } from "./conditions/sampled-value.js";
import type { Feed } from "./feed/feed.js";
import type { Feeds } from "./feed/feeds.js";
import { isSeries } from "./feed/series.js";
import type { ObserveSettings } from "./observe-settings.js";
import { representationKey } from "./representation-key.js";

/** A feed that a request has got its representation from. */
export interface FeedUse {
  readonly feed: Feed;
  /** Which of its values. */
  readonly version: number;
}

const FEED = contextKey<Feed>("@coapkit/plugin-observe/feed");
const VERSION = contextKey<number>("@coapkit/plugin-observe/feed-version");
const VALUE = contextKey<SampledValue>("@coapkit/plugin-observe/value");

/**
 * Looks at what the handler of an observable route returned: of a series the current value is the representation, and the
 * value that conditions look at is kept.
 */
export function takeResult(
  ctx: RequestContext,
  result: unknown,
  settings: ObserveSettings,
  feeds: Feeds,
  isRegistration: boolean,
): unknown {
  const check = (value: unknown, isReplaced: boolean): unknown => {
    const conditions = isRegistration ? conditionsOf(ctx) : undefined;
    if (conditions === undefined || isError(value)) return isReplaced ? value : undefined;
    const sampled = settings.valueFrom(value);
    ctx.set(VALUE, sampled);
    const mismatch = explainMismatch(conditions, sampled);
    if (mismatch !== undefined) return badRequest(mismatch);
    return isReplaced ? value : undefined;
  };
  if (!isSeries(result)) return check(result, false);
  const request = unconditional(ctx);
  const key = `${ctx.path}\n${representationKey(ctx.route, request, settings.perClient)}`;
  const feed = feeds.open(key, result, ctx);
  feed.retain();
  ctx.set(FEED, feed);
  const current = feed.current();
  const use = (value: unknown): unknown => {
    ctx.set(VERSION, feed.version);
    return check(value, true);
  };
  return current instanceof Promise ? current.then(use) : use(current);
}

/** The value that conditions look at, of the representation that answers a registration. */
export function valueFor(ctx: RequestContext): SampledValue {
  return ctx.get(VALUE);
}

/** The feed that the representation comes from, if any. */
export function feedOf(ctx: RequestContext): FeedUse | undefined {
  const feed = ctx.get(FEED);
  return feed === undefined ? undefined : { feed, version: ctx.get(VERSION) ?? 0 };
}

/** Lets go of the feed, once the request is answered; what the handler gave was needless where another one's feed runs. */
export function releaseFeed(ctx: RequestContext): void {
  const feed = ctx.get(FEED);
  if (feed === undefined) return;
  feed.release();
  if (!feed.isOf(ctx)) ctx.abort(new Error("Another request's series is observed."));
}

function isError(value: unknown): boolean {
  return value instanceof Reply && !isSuccessCode(value.code);
}
