import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Which processor each side of a run has to itself. */
export interface Pinning {
  /** Processors of server and load; `undefined` where they cannot be kept apart. */
  readonly cores: { readonly server: number; readonly load: number } | undefined;
  /** One line for the reader of the results. */
  readonly note: string;
}

/** Finds out whether server and load can have a processor each. */
export function findPinning(): Pinning {
  const allowed = allowedCores();
  const [server, load] = allowed;
  if (server === undefined || load === undefined) {
    return { cores: undefined, note: "not pinned: fewer than two processors; server and load share one" };
  }
  if (spawnSync("taskset", ["-V"]).error !== undefined) {
    return { cores: undefined, note: "not pinned: there is no taskset here" };
  }
  return { cores: { server, load }, note: `server on processor ${server}, load on processor ${load}` };
}

/** A command that runs on one processor only; the command itself where there is none to pin to. */
export function pinned(core: number | undefined, command: readonly string[]): readonly string[] {
  return core === undefined ? command : ["taskset", "-c", String(core), ...command];
}

function allowedCores(): readonly number[] {
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    return parseCoreList(/^Cpus_allowed_list:\s*(\S*)$/m.exec(status)?.[1] ?? "");
  } catch {
    return [];
  }
}

/** Reads Linux' list of processors: `0-2,5` is 0, 1, 2, 5. */
export function parseCoreList(list: string): readonly number[] {
  return list
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
