import { parseArgs } from "node:util";
import { numberIn } from "../load/load-options.js";

/** Which way a body goes. */
export const DIRECTIONS = ["upload", "download"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One run of transfers. */
export interface TransferOptions {
  readonly host: string;
  readonly port: number;
  readonly direction: Direction;
  /** Clients side by side, each with a source port of its own. */
  readonly clients: number;
  /** Time after which no client starts another transfer, in seconds. */
  readonly seconds: number;
  /** Time that a transfer may take beyond it, in seconds; then it is given up. */
  readonly patienceSeconds: number;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  direction: { type: "string", default: "download" },
  clients: { type: "string", default: "1" },
  seconds: { type: "string", default: "1" },
  "patience-seconds": { type: "string", default: "6" },
} as const;

/** Reads the command line. @throws TypeError with one line that names the option at fault */
export function readTransferOptions(args: readonly string[]): TransferOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const direction = DIRECTIONS.find((name) => name === values.direction);
  if (direction === undefined) {
    throw new TypeError(`--direction is ${DIRECTIONS.join(" or ")}, not "${values.direction}".`);
  }
  return {
    host: values.host,
    port: numberIn("--port", values.port, 1, 65_535),
    direction,
    clients: numberIn("--clients", values.clients, 1, 1000),
    seconds: numberIn("--seconds", values.seconds, 0, 3600),
    patienceSeconds: numberIn("--patience-seconds", values["patience-seconds"], 0, 600),
  };
}
