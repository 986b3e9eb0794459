import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** Where and when a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Load average of the minute before the run; near 0 on a machine that does nothing else. */
  readonly loadBefore: number;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: process.version,
    startedAt: new Date().toISOString(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Processor time that everything on this machine has used so far, in microseconds; idle time is not among it. */
export function machineCpuUs(): number {
  return cpus().reduce((total, { times }) => total + (times.user + times.nice + times.sys + times.irq) * 1000, 0);
}
