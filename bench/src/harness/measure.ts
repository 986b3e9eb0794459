import type { LoadReport } from "../load/load-report.js";
import { securityArguments } from "../security/security.js";
import { SENSOR_JSON } from "../servers/answer.js";
import type { ServerEntry } from "../servers/server-list.js";
import type { Measurement } from "./measurement.js";
import type { Pinning } from "./pinning.js";
import type { Scenario } from "./scenario.js";
import { underLoad } from "./under-load.js";

/** How long a measurement takes. */
export interface MeasureTimes {
  readonly seconds: number;
  readonly warmupSeconds: number;
}

/** Starts a server, puts it under load, and stops it. @throws Error where server or load fail, or nothing is answered */
export async function measure(
  server: ServerEntry,
  scenario: Scenario,
  round: number,
  times: MeasureTimes,
  pinning: Pinning,
): Promise<Measurement> {
  const program = { file: "load/main", arguments: (port: number) => loadArguments(server, scenario, port, times) };
  const { report: load, used, othersCpuShare } = await underLoad<LoadReport>(server, program, pinning);
  if (load.answers === 0) throw new Error(`${server.name} answered nothing under ${scenario.name}.`);
  return {
    server: server.name,
    scenario: scenario.name,
    round,
    load,
    cpuPerRequestUs: used.cpuUs / load.totalAnswers,
    peakRssBytes: used.peakRssBytes,
    othersCpuShare,
  };
}

/** The load generator's command line for a server and scenario. */
export function loadArguments(
  { isEcho, security }: ServerEntry,
  { sources, outstanding, type }: Scenario,
  port: number,
  { seconds, warmupSeconds }: MeasureTimes,
): readonly string[] {
  return [
    ...["--port", String(port), "--type", type],
    ...["--sources", String(sources), "--outstanding", String(outstanding)],
    ...["--seconds", String(seconds), "--warmup-seconds", String(warmupSeconds)],
    ...(security === undefined ? [] : securityArguments(security)),
    ...(isEcho ? ["--echo"] : ["--expect", SENSOR_JSON]),
  ];
}
