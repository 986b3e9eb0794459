import { ConfigError, type MetadataEntry, type RouteMetadata, type RoutePlan, routeMetadata } from "@coapkit/core";
import { PLUGIN_NAME } from "../plugin-name.js";
import type { Guard } from "./guard.js";

const NEEDS_PLUGIN = { plugin: PLUGIN_NAME } as const;

/** All guards that decorators have put on a method, or on a class: one value, so that a method's take the place of its class's. */
const DECORATED: RouteMetadata<readonly Guard[]> = routeMetadata(`${PLUGIN_NAME}/guards`, NEEDS_PLUGIN);

/** Guards of routes without decorators, one for each kind. */
const ENTRIES: Readonly<Record<Exclude<Guard["kind"], "deny">, RouteMetadata<Guard>>> = {
  public: routeMetadata(`${PLUGIN_NAME}/public`, NEEDS_PLUGIN),
  authenticated: routeMetadata(`${PLUGIN_NAME}/authenticated`, NEEDS_PLUGIN),
  scopes: routeMetadata(`${PLUGIN_NAME}/scopes`, NEEDS_PLUGIN),
  roles: routeMetadata(`${PLUGIN_NAME}/roles`, NEEDS_PLUGIN),
  predicate: routeMetadata(`${PLUGIN_NAME}/predicate`, NEEDS_PLUGIN),
};

/** What has been put on each class (its constructor) and method (its prototype and name) so far. */
const decorated = new WeakMap<object, Map<string | symbol | undefined, readonly Guard[]>>();

/** Makes a guard a decorator for methods and classes, and an entry for `app.route({ metadata: [...] })`. */
export interface GuardDecorator<A extends readonly unknown[]> {
  (...args: A): (target: object, methodName?: string | symbol) => void;
  /** For routes without decorators; several guards of one kind are written as one entry. */
  entry(...args: A): MetadataEntry;
}

/** @throws ConfigError what `guardOf` throws */
export function guardDecorator<A extends readonly unknown[]>(guardOf: (...args: A) => Guard): GuardDecorator<A> {
  const decorate = (...args: A) => {
    const guard = guardOf(...args);
    return (target: object, methodName?: string | symbol) => {
      const ofTarget = decorated.get(target) ?? new Map<string | symbol | undefined, readonly Guard[]>();
      const guards = [guard, ...(ofTarget.get(methodName) ?? [])]; // decorators run from the last to the first
      decorated.set(target, ofTarget.set(methodName, guards));
      DECORATED(guards)(target, methodName);
    };
  };
  const entry = (...args: A): MetadataEntry => {
    const guard = guardOf(...args);
    return ENTRIES[guard.kind as keyof typeof ENTRIES].entry(guard);
  };
  return Object.assign(decorate, { entry });
}

/**
 * The guards that somebody has put on a route; all of them have to let a request pass. None: the default applies.
 * @throws ConfigError for a public route with another guard
 */
export function guardsOf(route: RoutePlan): readonly Guard[] {
  const entries = Object.values(ENTRIES).flatMap((key) => route.meta(key) ?? []);
  const guards = [...(route.meta(DECORATED) ?? []), ...entries];
  if (guards.length > 1 && guards.some(({ kind }) => kind === "public")) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${route.name} is public and has another guard, too; remove one of them.`,
    );
  }
  return guards;
}
