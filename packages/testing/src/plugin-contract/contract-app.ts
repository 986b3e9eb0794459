import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type App, type AppOptions, capabilities, createApp, type Plugin } from "@coapkit/core";
import { isCoapkitError } from "@coapkit/protocol";
import { SILENT } from "../silent-logger.js";
import { engineWith } from "./engine-with.js";
import { captureGlobalState } from "./global-state.js";
import { type HostRecord, recordPlugin } from "./host-record.js";
import type { Subject } from "./plugin-options.js";
import { formatsRoute, probe } from "./probe.js";
import { within } from "./within.js";

/** An app that the contract has booted, with what the plugin did in it. */
export interface ContractApp {
  readonly app: App;
  readonly record: HostRecord;
}

/** Boots an app with the plugin, what it depends on, and the probe's routes; one of them takes the formats it adds. */
export async function bootApp(
  subject: Subject,
  plugin: Plugin = subject.makePlugin(),
  appOptions: Omit<AppOptions, "plugins"> = {},
): Promise<ContractApp> {
  const { plugin: watched, record } = recordPlugin(plugin);
  const { routeMetadata } = subject.options;
  const addRoute = (app: App) => app.route(formatsRoute(record.formats, routeMetadata));
  return { app: await bootPlugins(subject, [watched], appOptions, addRoute), record };
}

/** Boots an app with these plugins, after those that the subject depends on, until it is ready for requests. */
export function bootPlugins(
  subject: Subject,
  plugins: readonly Plugin[],
  appOptions: Omit<AppOptions, "plugins"> = {},
  beforeReady: (app: App) => void = () => {},
): Promise<App> {
  subject.stateBeforeFirstBoot ??= captureGlobalState();
  const { app, dependencies, routeMetadata } = subject.options;
  const all = [...(dependencies?.() ?? []), ...plugins, probe(routeMetadata)];
  const defaults = { logger: SILENT, engine: engineWith(capabilities()) };
  const boot = startApp({ ...defaults, ...app?.(), ...appOptions, plugins: all }, beforeReady);
  return within(boot, subject.deadlineMs, "the boot of an app");
}

async function startApp(options: AppOptions, beforeReady: (app: App) => void): Promise<App> {
  const app = await createApp(options);
  try {
    beforeReady(app);
    await app.ready();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** Closes an app in time. */
export function closeApp(subject: Subject, app: App): Promise<void> {
  return within(app.close(), subject.deadlineMs, "app.close()");
}

/** Runs `use` with a booted app, and closes the app whatever happens. */
export async function withApp(
  subject: Subject,
  use: (contractApp: ContractApp) => Promise<void> | void,
  boot: () => Promise<ContractApp> = () => bootApp(subject),
): Promise<void> {
  const contractApp = await boot();
  try {
    await use(contractApp);
  } finally {
    await closeApp(subject, contractApp.app);
  }
}

/** The error that a boot ends with. */
export async function bootError(subject: Subject, boot: Promise<App>, wanted: string): Promise<Error> {
  let app: App;
  try {
    app = await boot;
  } catch (error) {
    assert.ok(error instanceof Error, `The contract wants ${wanted}; found a thrown ${inspect(error)}.`);
    return error;
  }
  await closeApp(subject, app);
  return assert.fail(`The contract wants ${wanted}; the app booted.`);
}

/** Checks an error's code, and that its text names what the reader has to look at. */
export function assertNames(error: unknown, code: string, names: readonly string[], wanted: string): void {
  const found = `${inspect(error, { depth: 0 })}`;
  assert.ok(isCoapkitError(error, code), `The contract wants ${wanted} with ${code}; found ${found}.`);
  for (const name of names) {
    assert.ok(error.message.includes(name), `The contract wants ${code} to name "${name}"; it says: ${error.message}`);
  }
}
