import type { ObserveReport } from "../observe/observe-report.js";
import type { ServerEntry } from "../servers/server-list.js";
import { runProgram } from "./child-process.js";
import { openFilesLimit } from "./open-files.js";
import type { Pinning } from "./pinning.js";
import { ServerProcess } from "./server-process.js";

/** One server with a number of observers. */
export interface ObserveResult extends ObserveReport {
  readonly server: string;
}

/** All that the section found. */
export interface ObserveFindings {
  readonly results: readonly ObserveResult[];
  /** What could not run, with the reason. */
  readonly leftOut: readonly string[];
}

/** A server whose resource can be observed. */
export interface ObserveSubject {
  readonly name: string;
  /** Which server of the comparison it belongs to. */
  readonly of: string;
  readonly file: string;
  readonly args: readonly string[];
  /** See `ObserveOptions.patienceMs`. */
  readonly patienceMs: number;
}

/** Longer than ACK_TIMEOUT × ACK_RANDOM_FACTOR: a lost ACK holds the next confirmable notification back. RFC 7252 §4.2. */
const PATIENCE_FOR_ACK_MS = 4000;

/** Everybody who notifies. */
export const OBSERVE_SUBJECTS: readonly ObserveSubject[] = [
  { name: "coapkit", of: "coapkit", file: "servers/coapkit-observe", args: [], patienceMs: 1000 },
  {
    name: "coapkit, always CON",
    of: "coapkit",
    file: "servers/coapkit-observe",
    args: ["--always-confirmable"],
    patienceMs: PATIENCE_FOR_ACK_MS,
  },
  { name: "npm-coap", of: "npm-coap", file: "servers/npm-coap-observe", args: [], patienceMs: PATIENCE_FOR_ACK_MS },
];

const OBSERVERS = [1000, 10_000];
/** Files of the load process that are no observer's socket. */
const OTHER_FILES = 100;

/** Lets each server that can notify few and many observers. */
export async function runObserveSection(
  servers: readonly ServerEntry[],
  pinning: Pinning,
  progress: (line: string) => void,
): Promise<ObserveFindings> {
  const limit = openFilesLimit() ?? Number.POSITIVE_INFINITY;
  const possible = OBSERVERS.filter((observers) => observers + OTHER_FILES <= limit);
  const leftOut = OBSERVERS.filter((observers) => !possible.includes(observers)).map(
    (observers) => `${observers} observers: ulimit -n is ${limit}, ${observers + OTHER_FILES} is needed`,
  );
  const subjects = OBSERVE_SUBJECTS.filter(({ of }) => servers.some(({ name }) => name === of));
  const results: ObserveResult[] = [];
  for (const observers of possible) {
    for (const subject of subjects) {
      progress(`notifications to ${observers} observers: ${subject.name}`);
      try {
        results.push(await measureObservers(subject, observers, pinning));
      } catch (error) {
        leftOut.push(`${subject.name} with ${observers} observers: ${(error as Error).message}`);
      }
    }
  }
  return { results, leftOut };
}

/** One server under observation. @throws Error where it does not answer any more */
export async function measureObservers(
  { name, file, args, patienceMs }: ObserveSubject,
  observers: number,
  { cores }: Pinning,
): Promise<ObserveResult> {
  const entry: ServerEntry = { name, file, args, isEcho: false, what: "" };
  const running = await ServerProcess.start(entry, cores?.server);
  try {
    const how = ["--observers", String(observers), "--patience-ms", String(patienceMs)];
    const where = ["--port", String(running.port)];
    return { server: name, ...(await runProgram<ObserveReport>("observe/main", [...where, ...how], cores?.load)) };
  } finally {
    await running.stop();
  }
}
