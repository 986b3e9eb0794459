import type { RoutePlan } from "../context/route-plan.js";
import { ConfigError } from "../errors/config-error.js";

/** Checks routes: metadata whose plugin is not among the loaded ones would have no effect, and a guard would be missing. */
export function requirePlugins(loaded: ReadonlySet<string>): (route: RoutePlan) => void {
  return (route) => {
    const missing = route.plugins.find((plugin) => !loaded.has(plugin));
    if (missing === undefined) return;
    throw new ConfigError(
      "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING",
      `${route.name} carries metadata of plugin ${missing}, which is not loaded; add the plugin to createApp's plugins, or take its decorator off the route.`,
    );
  };
}
