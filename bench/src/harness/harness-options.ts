import { parseArgs } from "node:util";
import { numberIn } from "../load/load-options.js";
import { REFERENCE, SERVERS, type ServerEntry } from "../servers/server-list.js";
import { SCENARIOS, type Scenario } from "./scenario.js";

/** The parts of a run, in their order. */
export const SECTIONS = ["load", "blockwise", "observe", "dtls", "soak", "startup", "micro"] as const;
export type Section = (typeof SECTIONS)[number];

/** What to run, and where the results go. */
export interface HarnessOptions {
  readonly sections: readonly Section[];
  /** Time measured per server, scenario and round, in seconds. */
  readonly seconds: number;
  /** Time before it that is not counted, in seconds. */
  readonly warmupSeconds: number;
  readonly rounds: number;
  /** How often a measurement that other processes disturbed is taken again. */
  readonly repeats: number;
  /** Length of the soak, in seconds. */
  readonly soakSeconds: number;
  /** Who takes part; the reference always does. */
  readonly servers: readonly ServerEntry[];
  readonly scenarios: readonly Scenario[];
  /** File of the results. */
  readonly jsonFile: string;
  /** Page whose generated blocks are brought up to date, if any. */
  readonly docsFile: string | undefined;
}

/** How the harness is called. */
export const USAGE = `usage: npm run bench -- [options]
  --sections LIST   of ${SECTIONS.join(", ")}; default: all but soak
  --only LIST       servers: ${SERVERS.map(({ name }) => name).join(", ")}; ${REFERENCE} always runs
  --scenarios LIST  of ${SCENARIOS.map(({ name }) => name).join(", ")}
  --seconds N       measured per server, scenario and round; default: 3
  --warmup N        seconds before that; default: 1
  --rounds N        default: 3
  --repeats N       take what other processes disturbed again, at most N times; default: 2
  --soak N          also soak, for N seconds under 16x4-con; 60 is usual
  --json FILE       default: bench-results.json
  --docs FILE       put the tables between the markers of this page: docs/performance.md
  --help
A LIST is comma-separated.`;

const OPTIONS = {
  sections: { type: "string" },
  only: { type: "string" },
  scenarios: { type: "string" },
  seconds: { type: "string", default: "3" },
  warmup: { type: "string", default: "1" },
  rounds: { type: "string", default: "3" },
  repeats: { type: "string", default: "2" },
  soak: { type: "string" },
  json: { type: "string", default: "bench-results.json" },
  docs: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const WITHOUT_SOAK = SECTIONS.filter((section) => section !== "soak");

/** Reads the command line. @returns "help" where that is asked for. @throws TypeError with one line that names the option at fault */
export function readHarnessOptions(args: readonly string[]): HarnessOptions | "help" {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return "help";
  const sections = choose("--sections", values.sections, SECTIONS, String) ?? WITHOUT_SOAK;
  return {
    sections: values.soak === undefined ? sections : SECTIONS.filter((it) => it === "soak" || sections.includes(it)),
    seconds: numberIn("--seconds", values.seconds, 0.1, 3600),
    warmupSeconds: numberIn("--warmup", values.warmup, 0, 600),
    rounds: Math.round(numberIn("--rounds", values.rounds, 1, 100)),
    repeats: Math.round(numberIn("--repeats", values.repeats, 0, 100)),
    soakSeconds: numberIn("--soak", values.soak ?? "60", 11, 3600),
    servers: withReference(choose("--only", values.only, SERVERS, nameOf) ?? SERVERS),
    scenarios: choose("--scenarios", values.scenarios, SCENARIOS, nameOf) ?? SCENARIOS,
    jsonFile: values.json,
    docsFile: values.docs,
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** The named ones of `all`, in the order of `all`. */
function choose<T>(
  option: string,
  list: string | undefined,
  all: readonly T[],
  label: (item: T) => string,
): readonly T[] | undefined {
  if (list === undefined) return undefined;
  const names = list.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !all.some((item) => label(item) === name));
  if (unknown !== undefined) {
    throw new TypeError(`${option}: there is no "${unknown}"; choose from ${all.map(label).join(", ")}.`);
  }
  return all.filter((item) => names.includes(label(item)));
}

function withReference(servers: readonly ServerEntry[]): readonly ServerEntry[] {
  return SERVERS.filter((server) => server.name === REFERENCE || servers.includes(server));
}
