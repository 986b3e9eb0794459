import { parseArgs } from "node:util";

/** How the plugtest server is started. */
export interface CliOptions {
  readonly host: string;
  /** UDP port; 0 lets the system choose. */
  readonly port: number;
  /** Period of the `/obs*` resources, in milliseconds. */
  readonly notifyIntervalMs: number;
  readonly ackTimeoutMs: number;
  readonly maxRetransmit: number;
}

const USAGE =
  "usage: plugtest [--host 127.0.0.1] [--port 5683] [--notify-interval 5] [--ack-timeout 2] [--max-retransmit 4]";
const FLAGS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  "notify-interval": { type: "string", default: "5" },
  "ack-timeout": { type: "string", default: "2" },
  "max-retransmit": { type: "string", default: "4" },
} as const;
const LONGEST_S = 600;

/** Reads the command line. @returns the options, or one line that says what is wrong */
export function readCliOptions(args: readonly string[]): CliOptions | string {
  const values = parseFlags(args);
  if (typeof values === "string") return `${values}; ${USAGE}`;
  const port = wholeNumber(values.port, 65_535);
  if (port === undefined) return `port "${values.port}" is no number from 0 to 65535; ${USAGE}`;
  const maxRetransmit = wholeNumber(values["max-retransmit"], 20);
  if (maxRetransmit === undefined)
    return `max-retransmit "${values["max-retransmit"]}" is no number from 0 to 20; ${USAGE}`;
  const notifyIntervalMs = milliseconds(values["notify-interval"]);
  const ackTimeoutMs = milliseconds(values["ack-timeout"]);
  if (notifyIntervalMs === undefined || ackTimeoutMs === undefined) {
    return `notify-interval and ack-timeout are seconds, from 0.001 to ${LONGEST_S}; ${USAGE}`;
  }
  return { host: values.host, port, notifyIntervalMs, ackTimeoutMs, maxRetransmit };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/, 1)[0] ?? "";
  }
}

function wholeNumber(text: string, max: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

function milliseconds(text: string): number | undefined {
  const ms = /^\d*\.?\d+$/.test(text) ? Math.round(Number(text) * 1_000) : 0;
  return ms >= 1 && ms <= LONGEST_S * 1_000 ? ms : undefined;
}
