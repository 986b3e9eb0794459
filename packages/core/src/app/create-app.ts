import { OptionRegistry } from "@coapkit/protocol";
import { Client } from "../client/client.js";
import { Container, keyOf } from "../di/container.js";
import { DependencyGraph } from "../di/dependency-graph.js";
import { LinkRegistry } from "../discovery/link-registry.js";
import { wellKnownCore } from "../discovery/well-known-core.js";
import { FormatRegistry } from "../formats/format-registry.js";
import { HookRegistry } from "../hooks/hook-registry.js";
import type { Contributions } from "../plugins/plugin-host.js";
import { TransportRegistry } from "../plugins/transport-registry.js";
import type { Logger } from "../ports/logger.js";
import { linkProvidersOf, readResource, routesOf } from "../resources/compile-resource.js";
import { RouteRegistry } from "../routing/route-registry.js";
import { readOptionsSync } from "../schema/standard-schema.js";
import { App } from "./app.js";
import { type AppOptions, appOptionsSchema, type ParsedAppOptions } from "./app-options.js";
import { consoleLogger } from "./console-logger.js";
import { CurrentLogger } from "./current-logger.js";
import { addProvider } from "./provider.js";
import { systemClock } from "./system-clock.js";
import { CLOCK, LOGGER } from "./tokens.js";

const OWNER = "@coapkit/core";

/**
 * Puts an app together: reads its options, sets up its plugins in the order of their dependencies, makes its services
 * and resources, and collects their routes.
 * @throws ConfigError that names the plugin, class, route or option at fault and the remedy; what had started is closed
 */
export async function createApp(options: AppOptions = {}): Promise<App> {
  const parsed: ParsedAppOptions = readOptionsSync("createApp", appOptionsSchema, options);
  const log = new CurrentLogger(parsed.logger ?? consoleLogger);
  const contributions = emptyContributions(log, parsed);
  const app = new App(parsed, contributions);
  contributions.container.provideValue(keyOf(Client), app.client, OWNER);
  try {
    const graph = addServices(parsed, contributions);
    await app.loadPlugins(parsed.plugins);
    useProvidedLogger(log, contributions.container);
    addResources(parsed, contributions, graph);
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return app;
}

function emptyContributions(log: Logger, { clock = systemClock }: ParsedAppOptions): Contributions {
  return {
    formats: new FormatRegistry(),
    hooks: new HookRegistry(),
    options: new OptionRegistry(),
    routes: new RouteRegistry(),
    links: new LinkRegistry(),
    transports: new TransportRegistry(),
    container: new Container(),
    log,
    clock,
    repeat: undefined,
    restore: undefined,
    isFrozen: false,
  };
}

/** Files providers and resource classes; nothing is made yet, so that plugins can still provide what they need. */
function addServices(
  { providers, resources }: ParsedAppOptions,
  { container, log, clock }: Contributions,
): DependencyGraph {
  const graph = new DependencyGraph(container);
  container.provideValue(keyOf(LOGGER), log, OWNER);
  container.provideValue(keyOf(CLOCK), clock, OWNER);
  for (const provider of providers) addProvider(provider, container, graph);
  for (const resource of resources) graph.add({ key: resource, implementation: resource }, "resources");
  return graph;
}

function useProvidedLogger(log: CurrentLogger, container: Container): void {
  const provided = container.resolve<Logger>(keyOf(LOGGER));
  if (provided !== log) log.current = provided;
}

/** Makes the resources and takes their routes and links. */
function addResources(
  { resources, discovery }: ParsedAppOptions,
  { container, routes, links, formats }: Contributions,
  graph: DependencyGraph,
): void {
  const classes = resources.map(readResource);
  graph.checkAll();
  for (const resource of classes) {
    const instance = container.resolve<object>(resource.implementation);
    for (const route of routesOf(resource, instance)) routes.add(route);
    for (const provider of linkProvidersOf(resource, instance)) links.add(provider);
  }
  if (discovery) routes.add(wellKnownCore(routes, links, formats));
}
