import type { MicroResult } from "../micro/timing.js";
import type { ServerEntry } from "../servers/server-list.js";
import { measureColdStarts } from "../startup/cold-start.js";
import { measureMemoryAfter } from "../startup/memory-after.js";
import { runBlockwiseSection } from "./blockwise-section.js";
import { runProgram } from "./child-process.js";
import { runDtlsSection } from "./dtls-section.js";
import type { HarnessOptions } from "./harness-options.js";
import { runLoadSection } from "./load-section.js";
import { describeMachine } from "./machine.js";
import { runObserveSection } from "./observe-section.js";
import { findPinning, type Pinning } from "./pinning.js";
import { MICRO_GROUPS, type MicroGroup, type Results } from "./results.js";
import { type SoakResult, soak } from "./soak.js";
import { summarize } from "./summary.js";

type Progress = (line: string) => void;

/** Runs the sections that are asked for, one after the other. @throws Error where a server or the load fails */
export async function run(wanted: HarnessOptions, args: readonly string[], progress: Progress): Promise<Results> {
  const { sections, servers, soakSeconds } = wanted;
  const pinning = findPinning();
  const reasons = new Map(servers.map((server) => [server, server.unavailable?.()]));
  const options = { ...wanted, servers: servers.filter((server) => reasons.get(server) === undefined) };
  let results: Results = {
    machine: await describeMachine(),
    pinning: pinning.note,
    arguments: args,
    skipped: servers.flatMap((server) => reasons.get(server) ?? []),
  };
  if (sections.includes("startup")) {
    progress("cold starts and memory of the demo");
    const coldStarts = await measureColdStarts(pinning.cores?.server);
    results = { ...results, coldStarts, memoryAfter: await measureMemoryAfter(pinning) };
  }
  if (sections.includes("micro")) results = { ...results, micro: await runMicro(pinning, progress) };
  if (sections.includes("load")) {
    const measurements = await runLoadSection(options, pinning, progress);
    results = { ...results, measurements, summaries: summarize(measurements) };
  }
  if (sections.includes("blockwise")) {
    results = { ...results, blockwise: await runBlockwiseSection(options.servers, pinning, progress) };
  }
  if (sections.includes("observe")) {
    results = { ...results, observe: await runObserveSection(options.servers, pinning, progress) };
  }
  if (sections.includes("dtls")) results = { ...results, dtls: await runDtlsSection(options, pinning, progress) };
  if (sections.includes("soak")) {
    results = { ...results, soak: await runSoak(options.servers, soakSeconds, pinning, progress) };
  }
  return results;
}

async function runMicro({ cores }: Pinning, progress: Progress): Promise<Record<MicroGroup, readonly MicroResult[]>> {
  const found: Partial<Record<MicroGroup, readonly MicroResult[]>> = {};
  for (const group of MICRO_GROUPS) {
    progress(`micro-benchmarks: ${group}`);
    found[group] = await runProgram<readonly MicroResult[]>("micro/main", [group], cores?.server);
  }
  return found as Record<MicroGroup, readonly MicroResult[]>;
}

async function runSoak(
  servers: readonly ServerEntry[],
  seconds: number,
  pinning: Pinning,
  progress: Progress,
): Promise<readonly SoakResult[]> {
  const found: SoakResult[] = [];
  for (const server of servers) {
    progress(`soak of ${server.name}, ${seconds} s`);
    found.push(await soak(server, seconds, pinning));
  }
  return found;
}
