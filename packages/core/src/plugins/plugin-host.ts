import type { OptionRegistry } from "@coapkit/protocol";
import type { RepeatHandler } from "../context/repeat-handler.js";
import type { RequestContext } from "../context/request-context.js";
import type { Container } from "../di/container.js";
import { keyOf } from "../di/container.js";
import type { LinkRegistry } from "../discovery/link-registry.js";
import { ConfigError } from "../errors/config-error.js";
import type { FormatRegistry } from "../formats/format-registry.js";
import type { HookRegistry } from "../hooks/hook-registry.js";
import type { Clock } from "../ports/clock.js";
import type { Exchange, Response, StoredObservation } from "../ports/engine.js";
import type { Logger } from "../ports/logger.js";
import { routeOf } from "../routing/route.js";
import type { RouteDefinition } from "../routing/route-definition.js";
import type { RouteRegistry } from "../routing/route-registry.js";
import type { PluginHost } from "./plugin.js";
import type { TransportRegistry } from "./transport-registry.js";

/** The parts of an app that plugins and the app itself contribute to. */
export interface Contributions {
  readonly formats: FormatRegistry;
  readonly hooks: HookRegistry;
  readonly options: OptionRegistry;
  readonly routes: RouteRegistry;
  readonly links: LinkRegistry;
  readonly transports: TransportRegistry;
  readonly container: Container;
  readonly log: Logger;
  readonly clock: Clock;
  /** Runs an answered request again, once the app is ready. */
  repeat:
    | ((ctx: Pick<RequestContext, "request">, deliver: (response: Response) => void, handler?: RepeatHandler) => void)
    | undefined;
  /** Takes up an observation from before a restart, once the app is ready. */
  restore: ((observation: StoredObservation) => Promise<Exchange | undefined>) | undefined;
  /** Set when the app is ready: from then on nothing can be added. */
  isFrozen: boolean;
}

/** The host of one plugin: each contribution carries the plugin's name. */
export function createPluginHost(owner: string, parts: Contributions): PluginHost {
  const { formats, hooks, options, routes, links, transports, container, log, clock } = parts;
  const whileOpen =
    <A extends readonly unknown[]>(add: (...args: A) => void) =>
    (...args: A): void => {
      assertOpen(parts, owner);
      add(...args);
    };
  return Object.freeze<PluginHost>({
    formats: { add: whileOpen((format, settings) => formats.add(format, owner, settings?.replace)) },
    hooks: {
      add: (name, hook, settings) => {
        assertOpen(parts, owner);
        hooks.add(name, hook, owner, settings);
      },
    },
    options: { define: whileOpen((definition) => options.define(definition)) },
    routes: {
      add: (route) => {
        assertOpen(parts, owner);
        routes.add(routeOf(route as unknown as RouteDefinition, owner));
      },
    },
    links: {
      add: whileOpen((added) => links.add(added)),
      describe: whileOpen((attributesOf) => links.describe(attributesOf)),
      filter: whileOpen((isShown) => links.filter(isShown)),
    },
    transports: { add: whileOpen((factory, settings) => transports.add(factory, owner, settings?.replace)) },
    repeat: (ctx, handler) => repeat(ctx, handler, owner, parts),
    restore: async (observation) => parts.restore?.(observation),
    provide: (dependency, factory, settings) => {
      assertOpen(parts, owner);
      container.provideFactory(keyOf(dependency), factory, owner, settings?.replace);
    },
    resolve: (dependency) => container.resolveFor(keyOf(dependency), owner),
    onReady: whileOpen((callback) => hooks.add("onReady", callback, owner)),
    onClose: whileOpen((callback) => hooks.add("onClose", callback, owner)),
    log,
    clock,
  });
}

function repeat(
  ctx: Pick<RequestContext, "request">,
  handler: RepeatHandler | undefined,
  owner: string,
  parts: Contributions,
): Promise<Response> {
  return new Promise((resolve) => {
    if (parts.repeat !== undefined) return parts.repeat(ctx, resolve, handler);
    throw new ConfigError(
      "COAPKIT_ERR_APP_STATE",
      `${owner} repeats a request before the app is ready; wait for onReady.`,
    );
  });
}

/** @throws ConfigError once the app is ready: its plans are compiled, so an addition could not have an effect */
export function assertOpen(parts: Contributions, owner: string): void {
  if (!parts.isFrozen) return;
  throw new ConfigError(
    "COAPKIT_ERR_APP_STATE",
    `${owner} adds something after the app is ready; do it in setup, or before the first listen, inject or ready.`,
  );
}
