import type { RoutePlan } from "../context/route-plan.js";
import { ConfigError } from "../errors/config-error.js";
import type { HookMap, HookName, HookOptions } from "./hooks.js";

/** A hook and whose it is. */
export interface OwnedHook<N extends HookName> {
  readonly hook: HookMap[N];
  readonly owner: string;
  readonly appliesTo: ((route: RoutePlan) => boolean) | undefined;
}

const HOOK_NAMES: readonly HookName[] = [
  "onRequest",
  "preHandler",
  "onSend",
  "onNotify",
  "onError",
  "onResponse",
  "onRoute",
  "onReady",
  "onClose",
];

/** The hooks of one app, in the order they were added. */
export class HookRegistry {
  readonly #hooks = new Map<HookName, OwnedHook<HookName>[]>();

  /** Adds a hook. @throws ConfigError for a name that is no hook, or for something that is no function */
  add<N extends HookName>(name: N, hook: HookMap[N], owner: string, options: HookOptions = {}): void {
    if (!HOOK_NAMES.includes(name)) throw invalid(`There is no hook "${name}"; hooks: ${HOOK_NAMES.join(", ")}.`);
    if (typeof hook !== "function") throw invalid(`Hook "${name}" of ${owner} is no function; pass one.`);
    const hooks = this.#hooks.get(name) ?? [];
    hooks.push({ hook, owner, appliesTo: options.for } as OwnedHook<HookName>);
    this.#hooks.set(name, hooks);
  }

  /** All hooks of a name. */
  all<N extends HookName>(name: N): readonly OwnedHook<N>[] {
    return (this.#hooks.get(name) ?? []) as unknown as readonly OwnedHook<N>[];
  }

  /** The hooks of a name that run for a route; one that picks its routes never runs for requests without a route. */
  for<N extends HookName>(name: N, route: RoutePlan): readonly OwnedHook<N>[] {
    return this.all(name).filter(
      ({ appliesTo }) => appliesTo === undefined || (route.method !== undefined && appliesTo(route)),
    );
  }
}

function invalid(message: string): ConfigError {
  return new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", message);
}
