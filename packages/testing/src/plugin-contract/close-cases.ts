import assert from "node:assert/strict";
import { definePlugin, PLUGIN_CONTRACT, type Plugin, type PluginHost } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { activeResources, assertReleased } from "./active-resources.js";
import { assertNames, bootError, bootPlugins, withApp } from "./contract-app.js";
import { type HostRecord, recordPlugin } from "./host-record.js";
import type { Subject } from "./plugin-options.js";
import { PROBE_PATH } from "./probe.js";
import { send } from "./request-cases.js";

/** What has to be over once setup, and once the app, has ended. */
export function closeCases(subject: Subject): readonly ContractCase[] {
  return [
    { title: "registers during setup only", run: () => assertNoLateRegistration(subject) },
    { title: "cannot register once the app has started", run: () => assertRegistrationEnds(subject) },
    { title: "leaves no timers and handles after close", run: () => assertLeavesNothing(subject) },
    { title: "is closed when a later plugin fails to boot", run: () => assertClosedAfterFailedBoot(subject) },
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
  const before = activeResources();
  let record: HostRecord | undefined;
  await withApp(subject, async (contractApp) => {
    record = contractApp.record;
    await send(subject, contractApp, { method: "GET", path: PROBE_PATH.plain });
  });
  await assertReleased(before, subject.deadlineMs, "app.close()");
  assertTimersGone(record, "app.close()");
}

async function assertClosedAfterFailedBoot(subject: Subject): Promise<void> {
  const before = activeResources();
  const { plugin, record } = recordPlugin(subject.makePlugin());
  const boot = bootPlugins(subject, [plugin, failingAfter(plugin)]);
  const error = await bootError(subject, boot, "a boot with a failing plugin to fail");
  assertNames(error, "COAPKIT_ERR_PLUGIN_SETUP", [FAILING], "a boot with a failing plugin to fail");
  await assertReleased(before, subject.deadlineMs, "a failed boot");
  assertTimersGone(record, "a failed boot");
}

const FAILING = "coapkit-contract-failing";

function failingAfter(plugin: Plugin): Plugin {
  const define = definePlugin({
    name: FAILING,
    version: "1.0.0",
    contract: PLUGIN_CONTRACT,
    dependencies: [plugin.definition.name],
    setup() {
      throw new Error("The plugin contract failed this boot on purpose.");
    },
  });
  return define();
}

function assertTimersGone(record: HostRecord | undefined, after: string): void {
  const left = record?.timers.size;
  assert.equal(left, 0, `The contract wants timers of host.clock cancelled after ${after}; ${left} are still set.`);
}
