import type { LoadReport } from "../load/load-report.js";
import { SENSOR_JSON } from "../servers/answer.js";
import type { ServerEntry } from "../servers/server-list.js";
import { runProgram } from "./child-process.js";
import { machineCpuUs } from "./machine.js";
import type { Measurement } from "./measurement.js";
import type { Pinning } from "./pinning.js";
import type { Scenario } from "./scenario.js";
import { ServerProcess } from "./server-process.js";

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
  { cores }: Pinning,
): Promise<Measurement> {
  const running = await ServerProcess.start(server, cores?.server);
  const before = { cpuUs: machineCpuUs(), ms: performance.now() };
  const args = loadArguments(server, scenario, running.port, times);
  const load = await runProgram<LoadReport>("load/main", args, cores?.load);
  const elapsedUs = (performance.now() - before.ms) * 1000;
  const machineUs = machineCpuUs() - before.cpuUs;
  const used = await running.stop();
  if (load.answers === 0) throw new Error(`${server.name} answered nothing under ${scenario.name}.`);
  return {
    server: server.name,
    scenario: scenario.name,
    round,
    load,
    cpuPerRequestUs: used.cpuUs / load.totalAnswers,
    peakRssBytes: used.peakRssBytes,
    othersCpuShare: Math.max(0, (machineUs - used.cpuUs - load.generatorCpuUs) / elapsedUs),
  };
}

/** The load generator's command line for a server and scenario. */
export function loadArguments(
  { isEcho }: ServerEntry,
  { sources, outstanding, type }: Scenario,
  port: number,
  { seconds, warmupSeconds }: MeasureTimes,
): readonly string[] {
  return [
    ...["--port", String(port), "--type", type],
    ...["--sources", String(sources), "--outstanding", String(outstanding)],
    ...["--seconds", String(seconds), "--warmup-seconds", String(warmupSeconds)],
    ...(isEcho ? ["--echo"] : ["--expect", SENSOR_JSON]),
  ];
}
