import { createHash } from "node:crypto";
import type { Request, RoutePlan } from "@coapkit/core";
import { isNoCacheKey, OptionNumber } from "@coapkit/protocol";

/** Options that do not change what the handler is asked for; the path has a place of its own. */
const NOT_IN_KEY: ReadonlySet<number> = new Set([
  OptionNumber.UriPath,
  OptionNumber.Observe,
  OptionNumber.Block1,
  OptionNumber.Block2,
  OptionNumber.NoResponse,
]);

/**
 * Equal for requests that one encoding answers: same method, and same options and payload as far as they belong to the
 * cache key (Accept and query above all). RFC 7252 §5.6, RFC 8132 §2.
 */
export function representationKey({ method }: RoutePlan, request: Request, perClient: boolean): string {
  const hash = createHash("sha256").update(`${method} ${perClient ? request.peer.key : ""}\n`);
  for (const { number, value } of request.options) {
    if (NOT_IN_KEY.has(number) || isNoCacheKey(number)) continue;
    hash.update(`${number} ${value.length} `).update(value);
  }
  return hash.update("\n").update(request.payload).digest("base64");
}
