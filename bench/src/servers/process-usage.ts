import { readFileSync } from "node:fs";

/** What a process has used up. */
export interface ProcessUsage {
  /** User and system time, in microseconds. */
  readonly cpuUs: number;
  /** Largest resident set so far, in bytes. */
  readonly peakRssBytes: number;
}

/** Linux counts processor time in ticks of a hundredth of a second, whatever its own timer does. */
const TICK_US = 10_000;

/** Usage of this process. */
export function ownUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, peakRssBytes: ownPeakRssBytes() };
}

/** Usage of another process; Linux only. @throws Error where /proc does not know it */
export function usageOf(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // field 3 of proc(5) comes first
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuUs: ticks * TICK_US, peakRssBytes: statusBytes(pid, "VmHWM") };
}

/** Resident set of a process right now, in bytes; `undefined` where there is no /proc. */
export function rssOf(pid: number): number | undefined {
  try {
    return statusBytes(pid, "VmRSS");
  } catch {
    return undefined;
  }
}

/** `resourceUsage` would do but for Linux, where it starts with the size of the process that started this one. */
function ownPeakRssBytes(): number {
  try {
    return statusBytes("self", "VmHWM");
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function statusBytes(pid: number | "self", field: string): number {
  const line = readFileSync(`/proc/${pid}/status`, "latin1")
    .split("\n")
    .find((text) => text.startsWith(`${field}:`));
  return Number.parseInt(line?.slice(field.length + 1) ?? "", 10) * 1024;
}
