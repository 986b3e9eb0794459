import { type Awaitable, forbidden, Reply, type RequestContext, unauthorized } from "@coapkit/core";
import { andThen } from "../awaitable.js";
import type { Identity } from "../identity/identity.js";
import type { Guard, GuardPredicate } from "./guard.js";

/** What became of a request at its guards. */
export type Verdict = { readonly reason: "allowed" } | Refusal;

/** A request that is not let in, and why. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly reply: Reply;
}

/** Why a request was refused, for audit records. */
export const REFUSAL_REASONS = [
  "no-identity",
  "no-guard",
  "missing-scope",
  "missing-role",
  "predicate",
  "thrown",
  "token-refused",
  "token-unchecked",
  "token-malformed",
  "not-secured",
  "not-fresh",
  "too-many-requests",
  "too-many-failures",
] as const;

/** One of `REFUSAL_REASONS`. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

const ALLOWED: Verdict = Object.freeze({ reason: "allowed" });

/** Asks all guards of a route; the first one that refuses decides. */
export function evaluate(
  guards: readonly Guard[],
  ctx: RequestContext,
  identity: Identity | undefined,
): Awaitable<Verdict> {
  for (let i = 0; i < guards.length; i++) {
    const guard = guards[i] as Guard;
    if (guard.kind !== "predicate") {
      const refusal = checkIdentity(guard, identity);
      if (refusal !== undefined) return refusal;
      continue;
    }
    return andThen(askAll(guard.predicates, ctx, identity), (verdict) =>
      verdict.reason === "allowed" ? evaluate(guards.slice(i + 1), ctx, identity) : verdict,
    );
  }
  return ALLOWED;
}

/** Whether guards let somebody in, as far as that can be said without a request: predicates are taken to agree. */
export function mayPass(guards: readonly Guard[], identity: Identity | undefined): boolean {
  return guards.every((guard) => guard.kind === "predicate" || checkIdentity(guard, identity) === undefined);
}

function checkIdentity(guard: Exclude<Guard, { kind: "predicate" }>, identity: Identity | undefined) {
  if (guard.kind === "public") return undefined;
  if (identity === undefined) return refuse(guard.kind === "deny" ? "no-guard" : "no-identity", undefined);
  switch (guard.kind) {
    case "scopes":
      return guard.scopes.every((scope) => identity.scopes.includes(scope))
        ? undefined
        : refuse("missing-scope", identity);
    case "roles":
      return guard.roles.some((role) => identity.roles.includes(role)) ? undefined : refuse("missing-role", identity);
    case "deny":
      return refuse("no-guard", identity);
    default:
      return undefined;
  }
}

function askAll(
  [first, ...others]: readonly GuardPredicate[],
  ctx: RequestContext,
  identity: Identity | undefined,
): Awaitable<Verdict> {
  if (first === undefined) return ALLOWED;
  return andThen(first(ctx, identity), (answer) => {
    if (answer === true) return askAll(others, ctx, identity);
    return answer instanceof Reply ? { reason: "predicate", reply: answer } : refuse("predicate", identity);
  });
}

/** 4.01 where it would help to show who one is, else 4.03. RFC 7252 §5.9.2.2, §5.9.2.4. */
function refuse(reason: RefusalReason, identity: Identity | undefined): Refusal {
  return { reason, reply: identity === undefined ? unauthorized() : forbidden() };
}
