import type { AppOptions, MetadataEntry, Plugin } from "@coapkit/core";
import type { OptionEntry } from "@coapkit/protocol";
import type { GlobalState } from "./global-state.js";

/** What a plugin contract needs to know beside the plugin. */
export interface PluginContractOptions {
  /** Makes the plugins that this one depends on, anew for each app. */
  readonly dependencies?: (() => readonly Plugin[]) | undefined;
  /** Makes what the plugin needs of its app, such as providers, anew for each app; `plugins` is set by the contract. */
  readonly app?: (() => Omit<AppOptions, "plugins">) | undefined;
  /** What a request needs to pass the plugin's guards, such as a token in an option. */
  readonly requestOptions?: readonly OptionEntry[] | undefined;
  /** Route metadata without which the plugin refuses requests. */
  readonly routeMetadata?: readonly MetadataEntry[] | undefined;
  /** The plugin's `package.json`; its name, version, keyword and dependencies are then checked too. */
  readonly packageJson?: URL | string | undefined;
  /** Longest time in milliseconds for a boot, a request, or a close. @defaultValue 2000 */
  readonly deadlineMs?: number | undefined;
}

/** What the cases work with. */
export interface Subject {
  readonly makePlugin: () => Plugin;
  readonly options: PluginContractOptions;
  readonly deadlineMs: number;
  /** Of the process, before a case booted the plugin for the first time. */
  stateBeforeFirstBoot: GlobalState | undefined;
}
