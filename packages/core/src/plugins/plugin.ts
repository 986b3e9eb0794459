import type { Link, OptionDefinition } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Query } from "../context/query.js";
import type { RepeatHandler } from "../context/repeat-handler.js";
import type { RequestContext } from "../context/request-context.js";
import type { RoutePlan } from "../context/route-plan.js";
import { CORE_IDENTITY, type CoreIdentity } from "../core-identity.js";
import type { Dependency } from "../di/container.js";
import type { LinkProvider, LinkTest } from "../discovery/links.js";
import type { HookMap, HookName, HookOptions } from "../hooks/hooks.js";
import type { CapabilityName } from "../ports/capabilities.js";
import type { Clock } from "../ports/clock.js";
import type { Exchange, Response, StoredObservation } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import type { PayloadFormat } from "../ports/payload-format.js";
import type { TransportFactory } from "../ports/transport-factory.js";
import type { PathParams, RouteDefinition } from "../routing/route-definition.js";

/** Version of the plugin contract that this core speaks: a whole number, raised when the contract breaks. */
export const PLUGIN_CONTRACT = 1;

/** All that a plugin can touch. Contributions are tagged with the plugin's name; after start every `add` throws. */
export interface PluginHost {
  /** Content formats. A number that has a codec already is a conflict unless `replace` is set. */
  readonly formats: { add(format: PayloadFormat, options?: { readonly replace?: boolean }): void };
  /** Hooks of the request and app lifecycle; they run in boot order of the plugins. */
  readonly hooks: { add<N extends HookName>(name: N, hook: HookMap[N], options?: HookOptions): void };
  /** CoAP options beyond the standard ones, so that they are known, checked, and not answered with 4.02. */
  readonly options: { define(definition: OptionDefinition): void };
  /** Routes of the plugin's own, typed like `app.route`. */
  readonly routes: {
    add<const TPath extends string, TParams = PathParams<TPath>, TQuery = Query, TPayload = unknown>(
      route: RouteDefinition<TPath, TParams, TQuery, TPayload>,
    ): void;
  };
  readonly links: {
    /** Links of `/.well-known/core` that no static route stands for. */
    add(links: readonly Link[] | LinkProvider): void;
    /** Attributes to add to the links of routes, such as `obs`: asked once for each route. */
    describe(attributesOf: (route: RoutePlan) => Link["attributes"]): void;
    /** A test that each link has to pass to be shown to whoever asks, such as whether it may use what is there. */
    filter(isShown: LinkTest): void;
  };
  /** Sockets for URI schemes that the engine cannot serve by itself, such as `coaps`. One plugin for each scheme. */
  readonly transports: { add(factory: TransportFactory, options?: { readonly replace?: boolean }): void };
  /**
   * Runs the handler of an answered request again and encodes what it returns, for a notification; guards are not asked
   * again, `onNotify` hooks are. RFC 7641 §4.2.
   * @param ctx the context of the answered request, or a request like it
   * @param handler runs in the place of the route's handler, which it is given: to see what that returns, or to have
   * another value encoded
   * @throws ConfigError before the app is ready
   */
  repeat(ctx: Pick<RequestContext, "request">, handler?: RepeatHandler): Promise<Response>;
  /**
   * Takes up an observation from before a restart, so that its client can be notified: from `onListen` on. RFC 7641 §4.1.
   * @returns undefined where nothing listens for the scheme, there is no room, or the engine cannot
   */
  restore(observation: StoredObservation): Promise<Exchange | undefined>;
  /** Offers a service to resources and other plugins, by a token or by its class; made once, when first asked for. */
  provide<T>(dependency: Dependency<T>, factory: () => T, options?: { readonly replace?: boolean }): void;
  /** A service that the app or a plugin loaded before offers. @throws ConfigError where there is none. */
  resolve<T>(dependency: Dependency<T>): T;
  /** Same as the hook `onReady`. */
  onReady(callback: HookMap["onReady"]): void;
  /** Same as the hook `onClose`. */
  onClose(callback: HookMap["onClose"]): void;
  readonly log: Logger;
  readonly clock: Clock;
}

/** What a plugin is, before its options are known. */
export interface PluginDefinition<TOptions> {
  /** The package's name; shown in every error. Third parties: `coapkit-plugin-*`. */
  readonly name: string;
  /** The package's version. */
  readonly version: string;
  /** Version of the plugin contract it was written for: `1`. */
  readonly contract: number;
  /** Names of plugins that must be loaded first. */
  readonly dependencies?: readonly string[];
  /** Engine capabilities without which it makes no sense. */
  readonly requires?: readonly CapabilityName[];
  /** Standard Schema that turns what the app passes into `TOptions`; unknown keys should be errors. Without it there are no options. */
  readonly options?: StandardSchemaV1<unknown, TOptions>;
  /** Contributes to the app. May be async, within the app's `lifecycleTimeoutMs`. */
  setup(host: PluginHost, options: TOptions): void | Promise<void>;
}

/** A plugin with its options, for `createApp({ plugins: [...] })`. One instance serves one app or several. */
export interface Plugin {
  readonly definition: PluginDefinition<unknown>;
  readonly input: unknown;
  /** Which copy of core made it, so that a second copy is found at boot. */
  readonly core: CoreIdentity;
}

/** Makes plugin instances; without an options schema it takes no argument. */
export type PluginFactory<TInput> = (options?: TInput) => Plugin;

/**
 * Declares a plugin. Nothing runs until an app loads it.
 * @returns a function that takes the options and gives the instance: `plugins: [senml({ pretty: true })]`
 */
export function definePlugin<S extends StandardSchemaV1>(
  definition: Omit<PluginDefinition<StandardSchemaV1.InferOutput<S>>, "options"> & { readonly options: S },
): PluginFactory<StandardSchemaV1.InferInput<S>>;
export function definePlugin(
  definition: Omit<PluginDefinition<undefined>, "options"> & { readonly options?: never },
): PluginFactory<never>;
export function definePlugin(definition: unknown): PluginFactory<never> {
  return (input) => Object.freeze({ definition: definition as PluginDefinition<unknown>, input, core: CORE_IDENTITY });
}
