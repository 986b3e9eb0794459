import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** Where and when a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Share of one processor that the machine used in the second before the run; near 0 where nothing else runs. */
  readonly busyBefore: number;
}

const LOOK_MS = 1000;

/** Describes this machine, after a look at how busy it is. */
export async function describeMachine(): Promise<Machine> {
  const startedAt = new Date().toISOString();
  const before = machineCpuUs();
  await delay(LOOK_MS);
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: process.version,
    startedAt,
    busyBefore: (machineCpuUs() - before) / (LOOK_MS * 1000),
  };
}

/** Processor time that everything on this machine has used so far, in microseconds; idle time is not among it. */
export function machineCpuUs(): number {
  return cpus().reduce((total, { times }) => total + (times.user + times.nice + times.sys + times.irq) * 1000, 0);
}
