import type { Plugin } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import { describeCases, type TestRunner } from "../runner/describe-cases.js";
import { bootCases } from "./boot-cases.js";
import { closeCases } from "./close-cases.js";
import { definitionCases } from "./definition-cases.js";
import { isolationCases } from "./isolation-cases.js";
import type { PluginContractOptions, Subject } from "./plugin-options.js";
import { requestCases } from "./request-cases.js";

const DEFAULT_DEADLINE_MS = 2_000;

/**
 * What every plugin has to keep to: a definition that holds, options that are checked, boots and closes that leave
 * nothing behind, and no request that its hooks or formats fall over.
 * @param makePlugin makes the plugin with its options, anew for each call
 * @example pluginContract(() => csv({ delimiter: ";" }))
 */
export function pluginContract(makePlugin: () => Plugin, options: PluginContractOptions = {}): readonly ContractCase[] {
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const subject: Subject = { makePlugin, options, deadlineMs, stateBeforeFirstBoot: undefined };
  return [
    ...definitionCases(subject),
    ...bootCases(subject),
    ...requestCases(subject),
    ...isolationCases(subject),
    ...closeCases(subject),
  ];
}

/**
 * {@link pluginContract} as tests of a runner, titled with the plugin's name.
 * @example describePluginContract({ describe, it }, () => csv());
 */
export function describePluginContract(
  runner: TestRunner,
  makePlugin: () => Plugin,
  options: PluginContractOptions = {},
): void {
  const { name } = makePlugin().definition;
  describeCases(`${name} keeps the plugin contract`, pluginContract(makePlugin, options), runner);
}
