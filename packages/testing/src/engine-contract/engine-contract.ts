import type { EngineCapabilities, EngineFactory } from "@coapkit/core";
import type { ContractCase } from "../runner/contract-case.js";
import type { TestRunner } from "../runner/describe-cases.js";
import { BODY_CASES } from "./body-cases.js";
import { CLIENT_CASES } from "./client-cases.js";
import { CLOSE_CASES } from "./close-cases.js";
import { contractHost } from "./contract-host.js";
import { EngineBench } from "./engine-bench.js";
import type { EngineCase } from "./engine-case.js";
import type { EngineContractOptions, EngineSubject } from "./engine-options.js";
import { LISTEN_CASES } from "./listen-cases.js";
import { OBSERVE_CASES } from "./observe-cases.js";
import { REQUEST_CASES } from "./request-cases.js";
import { RESPONSE_CASES } from "./response-cases.js";
import { STREAM_CASES } from "./stream-cases.js";
import { WIRE_CASES } from "./wire-cases.js";

/** A case, or why it does not apply to the engine. */
export interface EngineContractCase extends ContractCase {
  /** Why it is not run; its title says it as well. `undefined` for a case that is run. */
  readonly skipped: string | undefined;
}

const DEFAULT_DEADLINE_MS = 5_000;
const NO_NETWORK = "the engine has no network";
const CASES: readonly EngineCase[] = [
  ...LISTEN_CASES,
  ...REQUEST_CASES,
  ...RESPONSE_CASES,
  ...BODY_CASES,
  ...STREAM_CASES,
  ...OBSERVE_CASES,
  ...CLIENT_CASES,
  ...WIRE_CASES,
  ...CLOSE_CASES,
];

/**
 * What every engine has to keep to, as server and as client. Cases for capabilities that it lacks are in the list, with
 * the engine's own reason in their titles.
 * @param makeEngine called several times for most cases
 * @throws RangeError for an exception that names no case
 * @example engineContract(nativeEngine(), { host: "127.0.0.1" })
 */
export function engineContract(
  makeEngine: EngineFactory,
  options: EngineContractOptions = {},
): readonly EngineContractCase[] {
  const { host, levels = ["openExchanges"], exceptions = {}, deadlineMs = DEFAULT_DEADLINE_MS } = options;
  const subject: EngineSubject = { makeEngine, host, levels, deadlineMs };
  for (const title of Object.keys(exceptions)) assertKnown(title);
  const { capabilities } = makeEngine(contractHost());
  return CASES.map((engineCase) => {
    const skipped = exceptions[engineCase.title] ?? reasonToSkip(engineCase, capabilities, host);
    const title = skipped === undefined ? engineCase.title : `${engineCase.title} (skipped: ${skipped})`;
    return { title, skipped, run: () => check(engineCase, subject) };
  });
}

/**
 * {@link engineContract} as tests of a runner; what does not apply is skipped with `it.skip`.
 * @example describeEngineContract({ describe, it }, "nativeEngine", nativeEngine(), { host: "127.0.0.1" });
 */
export function describeEngineContract(
  runner: TestRunner,
  title: string,
  makeEngine: EngineFactory,
  options: EngineContractOptions = {},
): void {
  runner.describe(`${title} keeps the engine contract`, () => {
    for (const { title, skipped, run } of engineContract(makeEngine, options)) {
      if (skipped === undefined) runner.it(title, async () => void (await run()));
      else skip(runner, title);
    }
  });
}

/** A runner without `it.skip` shows a test without a check: the title says that it is none. */
function skip({ it }: { readonly it: TestRunner["it"] & { skip?: TestRunner["it"] } }, title: string): void {
  const skipIt = it.skip ?? it;
  skipIt(title, () => Promise.resolve());
}

async function check({ check }: EngineCase, subject: EngineSubject): Promise<void> {
  const bench = new EngineBench(subject);
  try {
    await check(bench);
  } finally {
    await bench.close();
  }
}

function reasonToSkip(
  { needs = [], onNetwork = false }: EngineCase,
  capabilities: EngineCapabilities,
  host: string | undefined,
): string | undefined {
  for (const name of needs) {
    const capability = capabilities[name];
    if (!capability.supported) return `no ${name}, ${capability.reason}`;
  }
  return onNetwork && host === undefined ? NO_NETWORK : undefined;
}

function assertKnown(title: string): void {
  if (CASES.some((engineCase) => engineCase.title === title)) return;
  throw new RangeError(`The engine contract has no case "${title}"; take the title from its list.`);
}
