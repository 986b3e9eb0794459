import type { RoutePlan } from "../context/route-plan.js";
import { ConfigError } from "../errors/config-error.js";
import type { HookMap, HookName, HookOptions } from "./hooks.js";

/** A hook and whose it is. */
export interface OwnedHook<N extends HookName> {
  readonly hook: HookMap[N];
  readonly owner: string;
  readonly isLast: boolean;
  readonly appliesTo: ((route: RoutePlan) => boolean) | undefined;
}

const HOOK_NAMES: readonly HookName[] = [
  "onRequest",
  "preHandler",
  "onResult",
  "onSend",
  "onNotify",
  "onError",
  "onResponse",
  "onRoute",
  "onReady",
  "onListen",
  "onClose",
];

/** The hooks of one app, in the order they were added, those that want to be last after the others. */
export class HookRegistry {
  readonly #hooks = new Map<HookName, OwnedHook<HookName>[]>();

  /** Adds a hook. @throws ConfigError for a name that is no hook, or for something that is no function */
  add<N extends HookName>(name: N, hook: HookMap[N], owner: string, options: HookOptions = {}): void {
    if (!HOOK_NAMES.includes(name)) throw invalid(`There is no hook "${name}"; hooks: ${HOOK_NAMES.join(", ")}.`);
    if (typeof hook !== "function") throw invalid(`Hook "${name}" of ${owner} is no function; pass one.`);
    const hooks = this.#hooks.get(name) ?? [];
    const added = { hook, owner, appliesTo: options.for, isLast: isLast(name, owner, options) } as OwnedHook<HookName>;
    this.#hooks.set(
      name,
      [...hooks, added].sort((a, b) => Number(a.isLast) - Number(b.isLast)),
    );
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

/** @throws ConfigError for a position that is none */
function isLast(name: HookName, owner: string, { at }: HookOptions): boolean {
  if (at === undefined || at === "last") return at === "last";
  throw invalid(`Hook "${name}" of ${owner} asks for position ${JSON.stringify(at)}; leave "at" out, or say "last".`);
}

function invalid(message: string): ConfigError {
  return new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", message);
}
