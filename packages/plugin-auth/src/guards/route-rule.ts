import type { RoutePlan } from "@coapkit/core";
import { FRESH } from "./fresh.js";
import { describeGuard, type Guard } from "./guard.js";
import { guardsOf } from "./guard-metadata.js";

/** What applies to routes without a guard. */
export type DefaultGuard = "deny" | "authenticated" | "public";

/** What a request of one route has to pass; made at boot. */
export interface RouteRule {
  readonly route: RoutePlan;
  readonly guards: readonly Guard[];
  /** Whether they are the default's. */
  readonly isDefault: boolean;
  readonly isFresh: boolean;
  /** Whether nobody needs to be known. */
  readonly isPublic: boolean;
  /** Whether nothing at all is asked for. */
  readonly isOpen: boolean;
  /** As it is shown in lists and audit records. */
  readonly description: string;
}

/** Reads what the route says. @throws ConfigError for guards that contradict each other */
export function ruleOf(route: RoutePlan, defaultGuard: DefaultGuard): RouteRule {
  const own = guardsOf(route);
  return makeRule(route, own.length > 0 ? own : [{ kind: defaultGuard }], own.length === 0);
}

/** A rule with these guards. */
export function makeRule(route: RoutePlan, guards: readonly Guard[], isDefault: boolean): RouteRule {
  const description = `${guards.map(describeGuard).join(", ")}${isDefault ? " (default)" : ""}`;
  const isPublic = guards.every(({ kind }) => kind === "public");
  const isFresh = route.meta(FRESH) === true;
  return { route, guards, isDefault, isFresh, isPublic, isOpen: isPublic && !isFresh, description };
}
