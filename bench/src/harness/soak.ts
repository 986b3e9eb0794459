import { setTimeout as delay } from "node:timers/promises";
import type { LoadReport } from "../load/load-report.js";
import { rssOf } from "../servers/process-usage.js";
import type { ServerEntry } from "../servers/server-list.js";
import { runProgram } from "./child-process.js";
import { loadArguments } from "./measure.js";
import type { Pinning } from "./pinning.js";
import type { Scenario } from "./scenario.js";
import { ServerProcess } from "./server-process.js";

/** Memory of one server at the beginning and at the end of a long run. */
export interface SoakResult {
  readonly server: string;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Resident set in bytes; `undefined` where the system does not say. */
  readonly rssAt10SecondsBytes: number | undefined;
  readonly rssAtEndBytes: number | undefined;
  readonly lost: number;
  readonly wrong: number;
}

const FIRST_LOOK_MS = 10_000;
/** Looks this long before the end, so that the load still runs. */
const EARLY_MS = 300;
const SCENARIO: Scenario = { name: "16x4-con", sources: 16, outstanding: 4, type: "con" };

/** Puts one server under load for a long time and looks at its memory at second 10 and at the end. */
export async function soak(server: ServerEntry, seconds: number, { cores }: Pinning): Promise<SoakResult> {
  const running = await ServerProcess.start(server, cores?.server);
  const args = loadArguments(server, SCENARIO, running.port, { seconds, warmupSeconds: 0 });
  const looks = lookTwice(running.pid, seconds);
  const [load, [first, last]] = await Promise.all([runProgram<LoadReport>("load/main", args, cores?.load), looks]);
  await running.stop();
  return {
    server: server.name,
    seconds,
    requestsPerSecond: load.requestsPerSecond,
    rssAt10SecondsBytes: first,
    rssAtEndBytes: last,
    lost: load.lost,
    wrong: load.wrong,
  };
}

async function lookTwice(pid: number, seconds: number): Promise<readonly [number | undefined, number | undefined]> {
  await delay(FIRST_LOOK_MS);
  const first = rssOf(pid);
  await delay(seconds * 1000 - FIRST_LOOK_MS - EARLY_MS);
  return [first, rssOf(pid)];
}
