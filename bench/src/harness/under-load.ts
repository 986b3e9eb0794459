import type { ServerReport } from "../servers/serve.js";
import type { ServerEntry } from "../servers/server-list.js";
import { runProgram } from "./child-process.js";
import { machineCpuUs } from "./machine.js";
import type { Pinning } from "./pinning.js";
import { ServerProcess } from "./server-process.js";

/** A program of this package that puts a server under load. */
export interface LoadProgram {
  /** Its file under `dist`, without extension. */
  readonly file: string;
  /** Its command line for a server's port. */
  arguments(port: number): readonly string[];
}

/** What a load and its server have said. */
export interface UnderLoad<T> {
  readonly report: T;
  /** What the server has used since it listened. */
  readonly used: ServerReport;
  /** Share of one processor that everything else on the machine used meanwhile. */
  readonly othersCpuShare: number;
}

/** Starts a server, puts it under load, and stops it. @throws Error where server or load fail */
export async function underLoad<T extends { readonly generatorCpuUs: number }>(
  server: ServerEntry,
  load: LoadProgram,
  { cores }: Pinning,
): Promise<UnderLoad<T>> {
  const running = await ServerProcess.start(server, cores?.server);
  const before = { cpuUs: machineCpuUs(), ms: performance.now() };
  const report = await runProgram<T>(load.file, load.arguments(running.port), cores?.load);
  const elapsedUs = (performance.now() - before.ms) * 1000;
  const machineUs = machineCpuUs() - before.cpuUs;
  const used = await running.stop();
  const othersUs = machineUs - used.cpuUs - report.generatorCpuUs;
  return { report, used, othersCpuShare: Math.max(0, othersUs / elapsedUs) };
}
