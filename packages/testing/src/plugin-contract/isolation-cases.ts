import assert from "node:assert/strict";
import type { Dependency } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { bootApp, type ContractApp, closeApp, withApp } from "./contract-app.js";
import { type HostRecord, nameOf } from "./host-record.js";
import type { Subject } from "./plugin-options.js";
import { PROBE_PATH } from "./probe.js";
import { send } from "./request-cases.js";

/** What apps in one process must not notice of each other. */
export function isolationCases(subject: Subject): readonly ContractCase[] {
  return [
    { title: "boots again after a close", run: () => assertBootsAgain(subject) },
    { title: "serves two apps at once from one instance", run: () => assertServesTwo(subject) },
    { title: "gives each app services of its own", run: () => assertOwnServices(subject) },
    { title: "leaves built-in objects, globals and process as they are", run: () => assertGlobalsUntouched(subject) },
  ];
}

async function assertBootsAgain(subject: Subject): Promise<void> {
  const plugin = subject.makePlugin();
  for (let round = 0; round < 2; round++) {
    const { app } = await bootApp(subject, plugin);
    await closeApp(subject, app);
  }
}

async function assertServesTwo(subject: Subject): Promise<void> {
  const plugin = subject.makePlugin();
  await withApp(
    subject,
    async (kept) => {
      const closed = await bootApp(subject, plugin);
      const callsBefore = kept.record.hookCalls;
      await send(subject, closed, { method: "GET", path: PROBE_PATH.plain });
      const foreign = kept.record.hookCalls - callsBefore;
      assert.equal(foreign, 0, `The contract wants hooks to run for their own app; ${foreign} ran for another one.`);
      await closeApp(subject, closed.app);
      await send(subject, kept, { method: "GET", path: PROBE_PATH.plain });
      assertOwnTimers(closed.record);
    },
    () => bootApp(subject, plugin),
  );
}

function assertOwnTimers(record: HostRecord): void {
  const { size } = record.timers;
  assert.equal(size, 0, `The contract wants timers of host.clock cancelled on close; ${size} are still set.`);
}

async function assertOwnServices(subject: Subject): Promise<void> {
  await withApp(subject, (one) =>
    withApp(subject, (two) => {
      for (const dependency of one.record.provided)
        assertNotShared(dependency, serviceOf(one, dependency), serviceOf(two, dependency));
    }),
  );
}

function serviceOf({ record }: ContractApp, dependency: Dependency): unknown {
  return record.host?.resolve(dependency);
}

/** Frozen objects and functions carry no state, so apps may share them. */
function assertNotShared(dependency: Dependency, one: unknown, two: unknown): void {
  const isShared = one === two && typeof one === "object" && one !== null && !Object.isFrozen(one);
  const message = `The contract wants a service of its own for each app; two apps share "${nameOf(dependency)}".`;
  assert.ok(!isShared, `${message} Make it in the factory.`);
}

async function assertGlobalsUntouched(subject: Subject): Promise<void> {
  await withApp(subject, async (contractApp) => {
    await send(subject, contractApp, { method: "GET", path: PROBE_PATH.plain });
    await send(subject, contractApp, { method: "GET", path: PROBE_PATH.bug });
  });
  const changes = subject.stateBeforeFirstBoot?.changes().join(", ");
  assert.equal(changes, "", `The contract wants what the process shares left alone; changed: ${changes}.`);
}
