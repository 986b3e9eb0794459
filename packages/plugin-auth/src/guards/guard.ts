import type { Awaitable, Reply, RequestContext } from "@coapkit/core";
import type { Identity } from "../identity/identity.js";

/**
 * Decides on one request by anything: `true` lets it pass, `false` is 4.01 for somebody unknown and 4.03 for anybody else, a
 * reply is the answer.
 */
export type GuardPredicate = (ctx: RequestContext, identity: Identity | undefined) => Awaitable<boolean | Reply>;

/** What one guard asks for. */
export type Guard =
  | { readonly kind: "public" }
  | { readonly kind: "authenticated" }
  | { readonly kind: "scopes"; readonly scopes: readonly string[] }
  | { readonly kind: "roles"; readonly roles: readonly string[] }
  | { readonly kind: "predicate"; readonly predicates: readonly GuardPredicate[] }
  /** The default of routes without a guard. */
  | { readonly kind: "deny" };

/** A guard as it is shown in lists and audit records: `scope sensor:write`. */
export function describeGuard(guard: Guard): string {
  switch (guard.kind) {
    case "scopes":
      return `scope ${guard.scopes.join(" and ")}`;
    case "roles":
      return `role ${guard.roles.join(" or ")}`;
    case "predicate":
      return guard.predicates.map(({ name }) => `predicate ${name || "(unnamed)"}`).join(" and ");
    default:
      return guard.kind;
  }
}
