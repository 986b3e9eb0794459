import { CORE_IDENTITY, duplicateCore } from "../core-identity.js";
import { ConfigError } from "../errors/config-error.js";
import { PLUGIN_CONTRACT, type Plugin } from "./plugin.js";

/**
 * Checks plugins against each other and sorts them so that each comes after those it depends on; otherwise they keep
 * the order in which the app lists them.
 * @throws ConfigError for what is no plugin, another contract or copy of core, a duplicate, a missing dependency, a cycle
 */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const byName = new Map<string, Plugin>();
  for (const [index, plugin] of plugins.entries()) {
    checkPlugin(plugin, index);
    const { name, version } = plugin.definition;
    const before = byName.get(name);
    if (before !== undefined) {
      throw new ConfigError(
        "COAPKIT_ERR_PLUGIN_DUPLICATE",
        `Plugin ${name} is listed twice (versions ${before.definition.version} and ${version}); list it once.`,
      );
    }
    byName.set(name, plugin);
  }
  const ordered = new Set<Plugin>();
  for (const plugin of plugins) visit(plugin, [], byName, ordered);
  return [...ordered];
}

function visit(
  plugin: Plugin,
  path: readonly string[],
  byName: ReadonlyMap<string, Plugin>,
  ordered: Set<Plugin>,
): void {
  if (ordered.has(plugin)) return;
  const { name, dependencies = [] } = plugin.definition;
  if (path.includes(name)) {
    const circle = [...path.slice(path.indexOf(name)), name].join(" → ");
    throw new ConfigError(
      "COAPKIT_ERR_PLUGIN_CYCLE",
      `Plugins depend on each other in a circle: ${circle}. One of them must drop its dependency.`,
    );
  }
  for (const dependency of dependencies) {
    const needed = byName.get(dependency);
    if (needed === undefined) {
      throw new ConfigError(
        "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING",
        `Plugin ${name} needs plugin ${dependency}, which is not loaded; install it and add it to createApp's plugins.`,
      );
    }
    visit(needed, [...path, name], byName, ordered);
  }
  ordered.add(plugin);
}

function checkPlugin(plugin: Plugin, index: number): void {
  if (typeof plugin === "function") {
    throw new ConfigError(
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      `plugins[${index}] is a function; call it, with its options if it takes any: plugins: [json()].`,
    );
  }
  if (typeof plugin?.definition?.name !== "string" || typeof plugin.definition.setup !== "function") {
    throw new ConfigError(
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      `plugins[${index}] is no plugin; make one with definePlugin({ name, version, contract, setup }).`,
    );
  }
  const { name, contract } = plugin.definition;
  if (plugin.core !== CORE_IDENTITY) throw duplicateCore(`Plugin ${name}`, plugin.core?.url ?? "unknown");
  if (contract !== PLUGIN_CONTRACT) {
    throw new ConfigError(
      "COAPKIT_ERR_PLUGIN_CONTRACT",
      `Plugin ${name} is written for plugin contract ${contract}, this @coapkit/core speaks ${PLUGIN_CONTRACT}; install matching versions.`,
    );
  }
}
