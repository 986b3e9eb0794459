import { boolean, defineOptions, instance, integer, list, type OptionSpec, oneOf, text } from "@coapkit/core";
import { isCritical, isNoCacheKey } from "@coapkit/protocol";
import type { AuditCallback } from "./gate/audit.js";
import type { DefaultGuard } from "./guards/route-rule.js";
import type { GrantsOf } from "./identity/transport-identity.js";
import type { TokenVerifier } from "./tokens/token-verifier.js";

/** Number of the option that carries tokens unless the app says otherwise: experimental, critical, unsafe to forward. */
export const DEFAULT_TOKEN_OPTION = 65_003;
/** Longest token in bytes. */
export const MAX_TOKEN_BYTES = 1034;
const MAX_OPTION_NUMBER = 65_535;
/** Most events a second, or at once, that a bucket can be set to. */
const MAX_RATE = 1_000_000;

const DEFAULT_GUARDS = ["deny", "authenticated", "public"] as const satisfies readonly DefaultGuard[];

/** Schema of the options. */
export const authOptions = defineOptions({
  tokens: list<TokenVerifier>("token verifiers, such as jwt({ … })", isVerifier),
  tokenOption: {
    ...integer({ default: DEFAULT_TOKEN_OPTION }),
    allowed: "the odd number of an option that is part of the cache key or unsafe to forward, up to 65535",
    accepts: isTokenOption,
  },
  tokenQuery: text({ default: undefined }),
  securedTokensOnly: boolean({ default: false }),
  loginPath: text({ default: undefined }),
  grantsOf: instance<GrantsOf>("a function", isFunction),
  defaultGuard: oneOf(DEFAULT_GUARDS, { default: "deny" }),
  discovery: oneOf(["public", "authenticated"], { default: "public" }),
  hideLinks: boolean({ default: false }),
  audit: instance<AuditCallback>("a function", isFunction),
  requestsPerS: rate(),
  requestBurst: integer({ default: 20, min: 1, max: MAX_RATE }),
  failedTokens: integer({ default: 10, min: 1, max: MAX_RATE }),
  failedTokenWindowMs: integer({ default: 60_000, min: 1 }),
  throttleEntries: integer({ default: 10_000, min: 1 }),
  verifiedTokens: integer({ default: 1_000, min: 1 }),
  verifiedTokenMs: integer({ default: 60_000, min: 0 }),
  sessions: integer({ default: 10_000, min: 1 }),
  sessionMs: integer({ default: 86_400_000, min: 1 }),
  watchedObservers: integer({ default: 10_000, min: 1 }),
  watchedObserversPerIdentity: integer({ default: 100, min: 1 }),
  echoWindowMs: integer({ default: 10_000, min: 1 }),
  usedEchoes: integer({ default: 10_000, min: 1 }),
  unverifiedResponseBytes: integer({ default: undefined }),
  verifiedPeers: integer({ default: 10_000, min: 1 }),
  verifiedPeerMs: integer({ default: 300_000, min: 1 }),
  wallClock: instance<() => number>("a function", isFunction),
});

/** RFC 7252 §5.4.6: critical, so that no server lets a request pass without looking at it; never outside of cache keys. */
function isTokenOption(value: unknown): boolean {
  if (!Number.isInteger(value)) return false;
  const number = value as number;
  return number > 0 && number <= MAX_OPTION_NUMBER && isCritical(number) && !isNoCacheKey(number);
}

/** More than 0; may be a fraction: 0.5 is one in two seconds. */
function rate(): OptionSpec<number, number | undefined> {
  return {
    allowed: `a number above 0, up to ${MAX_RATE}`,
    fallback: undefined,
    accepts: (value) => typeof value === "number" && value > 0 && value <= MAX_RATE,
  };
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isVerifier(value: unknown): boolean {
  const verifier = value as Partial<TokenVerifier> | null;
  return isFunction(verifier?.verify) && isFunction(verifier?.recognizes);
}
