import assert from "node:assert/strict";
import { inspect } from "node:util";
import { definePlugin, PLUGIN_CONTRACT, type Plugin, type PluginHost } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { assertNames, bootError, bootPlugins, withApp } from "./contract-app.js";
import { type HostRecord, recordPlugin } from "./host-record.js";
import type { Subject } from "./plugin-options.js";
import { PROBE_PATH } from "./probe.js";
import { send } from "./request-cases.js";
import { assertReleases } from "./resource-watch.js";

/** What has to be over once setup, and once the app, has ended. */
export function closeCases(subject: Subject): readonly ContractCase[] {
  return [
    { title: "registers during setup only", run: () => assertNoLateRegistration(subject) },
    { title: "cannot register once the app has started", run: () => assertRegistrationEnds(subject) },
    { title: "leaves no timers and handles after close", run: () => assertLeavesNothing(subject) },
    {
      title: "is closed when the setup of a later plugin fails",
      run: () => assertClosedAfterFailedBoot(subject, failInSetup),
    },
    {
      title: "is closed when a later plugin fails to get ready",
      run: () => assertClosedAfterFailedBoot(subject, failInOnReady),
    },
  ];
}

async function assertNoLateRegistration(subject: Subject): Promise<void> {
  let record: HostRecord | undefined;
  await withApp(subject, async (contractApp) => {
    record = contractApp.record;
    await send(subject, contractApp, { method: "GET", path: PROBE_PATH.plain });
  });
  const late = record?.lateRegistrations.join(", ");
  assert.equal(late, "", `The contract wants registrations to end with setup; found afterwards: ${late}.`);
}

async function assertRegistrationEnds(subject: Subject): Promise<void> {
  await withApp(subject, ({ record }) => {
    const { host } = record;
    assert.ok(host !== undefined, "The contract wants setup to be called with a host.");
    assertThrowsAppState("hooks.add", () => host.hooks.add("onResponse", () => {}));
    assertThrowsAppState("onClose", () => host.onClose(() => {}));
    assertThrowsAppState("routes.add", () => addRoute(host));
  });
}

function addRoute(host: PluginHost): void {
  host.routes.add({ method: "GET", path: "/coapkit-contract/too-late", handler: () => "too late" });
}

function assertThrowsAppState(registration: string, register: () => void): void {
  const wanted = `${registration} after the start refused`;
  try {
    register();
  } catch (error) {
    assertNames(error, "COAPKIT_ERR_APP_STATE", [], wanted);
    return;
  }
  assert.fail(`The contract wants ${wanted}; it was accepted.`);
}

async function assertLeavesNothing(subject: Subject): Promise<void> {
  let record: HostRecord | undefined;
  const run = () =>
    withApp(subject, async (contractApp) => {
      record = contractApp.record;
      await send(subject, contractApp, { method: "GET", path: PROBE_PATH.plain });
    });
  await assertReleases(run, subject.deadlineMs, "app.close()");
  assertTimersGone(record, "app.close()");
}

/** The other plugin fails in setup, before anything is ready, or in onReady, when this one is. */
async function assertClosedAfterFailedBoot(subject: Subject, failing: (plugin: Plugin) => Plugin): Promise<void> {
  const { plugin, record } = recordPlugin(subject.makePlugin());
  const wanted = "the boot of an app with a failing plugin to fail";
  const run = async () => {
    const error = await bootError(subject, bootPlugins(subject, [plugin, failing(plugin)]), wanted);
    const isOnPurpose = inspect(error).includes(ON_PURPOSE);
    assert.ok(isOnPurpose, `The contract wants ${wanted} with the other plugin's error; found ${inspect(error)}`);
  };
  await assertReleases(run, subject.deadlineMs, "a failed boot");
  assertTimersGone(record, "a failed boot");
}

const ON_PURPOSE = "The plugin contract failed this boot on purpose.";

function failInSetup(plugin: Plugin): Plugin {
  return pluginAfter(plugin, fail);
}

function failInOnReady(plugin: Plugin): Plugin {
  return pluginAfter(plugin, (host) => host.onReady(fail));
}

function fail(): never {
  throw new Error(ON_PURPOSE);
}

function pluginAfter({ definition }: Plugin, setup: (host: PluginHost) => void): Plugin {
  const define = definePlugin({
    name: "coapkit-contract-failing",
    version: "1.0.0",
    contract: PLUGIN_CONTRACT,
    dependencies: [definition.name],
    setup,
  });
  return define();
}

function assertTimersGone(record: HostRecord | undefined, after: string): void {
  const left = record?.timers.size;
  assert.equal(left, 0, `The contract wants timers of host.clock cancelled after ${after}; ${left} are still set.`);
}
