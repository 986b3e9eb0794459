import { ConfigError } from "../errors/config-error.js";
import type { Engine } from "../ports/engine.js";
import { readOptions } from "../schema/standard-schema.js";
import type { Plugin } from "./plugin.js";
import { type Contributions, createPluginHost } from "./plugin-host.js";
import { orderPlugins } from "./plugin-order.js";
import { requirePlugins } from "./required-plugins.js";

const OWNER = "@coapkit/core";

/** Runs one step of boot within its time limit; `what` names it in errors. */
export type BootStep = <T>(what: string, step: () => T | Promise<T>) => Promise<T>;

/**
 * Checks, sorts and sets up plugins, one after the other.
 * @param timed runs each setup within its time limit
 * @throws ConfigError that names the plugin
 */
export async function loadPlugins(
  plugins: readonly Plugin[],
  parts: Contributions,
  engine: Engine,
  timed: BootStep,
): Promise<void> {
  const ordered = orderPlugins(plugins);
  parts.hooks.add("onRoute", requirePlugins(new Set(ordered.map(({ definition }) => definition.name))), OWNER);
  for (const plugin of ordered) checkCapabilities(plugin, engine);
  for (const plugin of ordered) await setUp(plugin, parts, timed);
}

async function setUp({ definition, input }: Plugin, parts: Contributions, timed: BootStep): Promise<void> {
  const { name } = definition;
  const options =
    definition.options === undefined
      ? rejectOptions(name, input)
      : await readOptions(`plugin ${name}`, definition.options, input);
  try {
    await timed(`setup of plugin ${name}`, () => definition.setup(createPluginHost(name, parts), options));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError("COAPKIT_ERR_PLUGIN_SETUP", `Plugin ${name} could not be set up: ${reason}`, {
      cause: error,
    });
  }
}

function rejectOptions(name: string, input: unknown): undefined {
  if (input === undefined) return undefined;
  throw new ConfigError("COAPKIT_ERR_OPTIONS_INVALID", `Plugin ${name} takes no options; call it without an argument.`);
}

function checkCapabilities({ definition }: Plugin, { name: engineName, capabilities }: Engine): void {
  for (const required of definition.requires ?? []) {
    const capability = capabilities[required];
    if (capability?.supported === true) continue;
    const reason = capability === undefined ? "it does not know this capability" : capability.reason;
    throw new ConfigError(
      "COAPKIT_ERR_CAPABILITY_MISSING",
      `Plugin ${definition.name} requires "${required}", which engine ${engineName} does not have: ${reason}. Use another engine, or do without the plugin.`,
    );
  }
}
