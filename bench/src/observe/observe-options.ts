import { parseArgs } from "node:util";
import { numberIn } from "../load/load-options.js";

/** One run with observers. */
export interface ObserveOptions {
  readonly host: string;
  readonly port: number;
  /** Relations, each from a source port of its own. */
  readonly observers: number;
  /** How often the resource gets another value. */
  readonly changes: number;
  /** Time after which it gets no other one, in seconds. */
  readonly seconds: number;
  /** Wait for observers that lack the newest value; after it they count as lost, in milliseconds. */
  readonly patienceMs: number;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  observers: { type: "string", default: "1000" },
  changes: { type: "string", default: "100" },
  seconds: { type: "string", default: "60" },
  "patience-ms": { type: "string", default: "1000" },
} as const;

/** Reads the command line. @throws TypeError with one line that names the option at fault */
export function readObserveOptions(args: readonly string[]): ObserveOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  return {
    host: values.host,
    port: numberIn("--port", values.port, 1, 65_535),
    observers: numberIn("--observers", values.observers, 1, 20_000),
    changes: numberIn("--changes", values.changes, 1, 10_000),
    seconds: numberIn("--seconds", values.seconds, 0.1, 3600),
    patienceMs: numberIn("--patience-ms", values["patience-ms"], 1, 60_000),
  };
}
