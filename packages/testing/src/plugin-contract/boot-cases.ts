import { CAPABILITY_NAMES, type CapabilityName, capabilities, type Plugin } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { assertNames, bootApp, bootError, bootPlugins, closeApp } from "./contract-app.js";
import { engineWith } from "./engine-with.js";
import type { Subject } from "./plugin-options.js";

const UNKNOWN_KEY = "coapkitContractUnknownKey";

/** What booting with the plugin has to do, and when it has to fail. */
export function bootCases(subject: Subject): readonly ContractCase[] {
  return [
    { title: "boots, and closes in time", run: () => assertBoots(subject) },
    { title: "refuses unknown options, and names plugin and key", run: () => assertRefusesUnknownOption(subject) },
    { title: "cannot be loaded twice in one app", run: () => assertNoDuplicate(subject) },
    { title: "cannot be loaded without what it depends on", run: () => assertDependencies(subject) },
    { title: "cannot be loaded on an engine without what it requires", run: () => assertRequires(subject) },
    { title: "boots on an engine with no more than it requires", run: () => assertRequiresEnough(subject) },
  ];
}

async function assertBoots(subject: Subject): Promise<void> {
  const { app } = await bootApp(subject);
  await closeApp(subject, app);
}

async function assertRefusesUnknownOption(subject: Subject): Promise<void> {
  const plugin = subject.makePlugin();
  const input = { ...(plugin.input as object | undefined), [UNKNOWN_KEY]: true };
  const error = await bootError(
    subject,
    bootPlugins(subject, [{ ...plugin, input }]),
    `the unknown option ${UNKNOWN_KEY} refused`,
  );
  const { name, options } = plugin.definition;
  const names = options === undefined ? [name] : [name, UNKNOWN_KEY];
  assertNames(error, "COAPKIT_ERR_OPTIONS_INVALID", names, "an unknown option refused");
}

async function assertNoDuplicate(subject: Subject): Promise<void> {
  const twice = [subject.makePlugin(), subject.makePlugin()];
  const error = await bootError(subject, bootPlugins(subject, twice), "a second load in one app refused");
  assertNames(error, "COAPKIT_ERR_PLUGIN_DUPLICATE", [nameOf(twice)], "a second load in one app refused");
}

function nameOf(plugins: readonly Plugin[]): string {
  return plugins[0]?.definition.name ?? "";
}

async function assertDependencies(subject: Subject): Promise<void> {
  const { name, dependencies = [] } = subject.makePlugin().definition;
  for (const missing of dependencies) {
    const others = () =>
      (subject.options.dependencies?.() ?? []).filter((plugin) => plugin.definition.name !== missing);
    const without = { ...subject, options: { ...subject.options, dependencies: others } };
    const boot = bootPlugins(without, [subject.makePlugin()]);
    const error = await bootError(subject, boot, `a boot without ${missing} refused`);
    assertNames(error, "COAPKIT_ERR_PLUGIN_DEPENDENCY_MISSING", [name, missing], `a boot without ${missing} refused`);
  }
  await assertAnyOrder(subject);
}

/** Plugins are sorted by what they depend on, so the order in which an app lists them must not matter. */
async function assertAnyOrder(subject: Subject): Promise<void> {
  const alone = { ...subject, options: { ...subject.options, dependencies: () => [] } };
  const dependencies = subject.options.dependencies?.() ?? [];
  await closeApp(subject, await bootPlugins(alone, [subject.makePlugin(), ...dependencies]));
}

async function assertRequires(subject: Subject): Promise<void> {
  const { name, requires = [] } = subject.makePlugin().definition;
  for (const capability of requires) {
    const engine = engineWith(capabilities({ [capability]: "left out by the plugin contract" }));
    const boot = bootPlugins(subject, [subject.makePlugin()], { engine });
    const error = await bootError(subject, boot, `an engine without ${capability} refused`);
    assertNames(error, "COAPKIT_ERR_CAPABILITY_MISSING", [name, capability], `an engine without ${capability} refused`);
  }
}

async function assertRequiresEnough(subject: Subject): Promise<void> {
  const needed = new Set<CapabilityName>();
  for (const plugin of [subject.makePlugin(), ...(subject.options.dependencies?.() ?? [])]) {
    for (const capability of plugin.definition.requires ?? []) needed.add(capability);
  }
  const lacking = CAPABILITY_NAMES.filter((name) => !needed.has(name)).map((name) => [name, "not required"] as const);
  const engine = engineWith(capabilities(Object.fromEntries(lacking)));
  const { app } = await bootApp(subject, subject.makePlugin(), { engine });
  await closeApp(subject, app);
}
