import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The resource that is observed. A PUT gives it another value, as text. */
export const VALUE_PATH = "/value";
/** Tells what the server has used, as JSON of a {@link UsageAnswer}. */
export const USAGE_PATH = "/usage";

/** What a server has used, told by itself after a full garbage collection. */
export interface UsageAnswer {
  /** Processor time until the request came, in microseconds. */
  readonly cpuUs: number;
  /** The same after the collection, which is no part of what is measured next. */
  readonly cpuAfterUs: number;
  readonly rssBytes: number;
  /** Objects and buffers that are in use. */
  readonly heapBytes: number;
}

let collect: (() => void) | undefined;

/** Collects garbage and looks at what this process has used. */
export function settledUsage(): UsageAnswer {
  const cpuUs = cpuOfThisProcess();
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuUs, cpuAfterUs: cpuOfThisProcess(), rssBytes: rss, heapBytes: heapUsed + external };
}

function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

function cpuOfThisProcess(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
