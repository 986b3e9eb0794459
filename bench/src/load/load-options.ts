import { parseArgs } from "node:util";
import { readSecurity, SECURITY_OPTIONS, type Security } from "../security/security.js";
import { MAX_SOURCES, MessageType, type RequestType } from "./message.js";

/** One run of the load generator. */
export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly type: RequestType;
  /** Source ports. */
  readonly sources: number;
  /** Requests outstanding per source port. */
  readonly outstanding: number;
  /** Time measured, in seconds; ends earlier when `requests` are answered. */
  readonly seconds: number;
  /** Time before it that is not counted, in seconds. */
  readonly warmupSeconds: number;
  /** Replies after which the run ends; default: none, the time decides. */
  readonly requests: number;
  /** Wait for a reply before the request counts as lost and is sent again, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether the server sends requests back as they are. */
  readonly echo: boolean;
  /** Payload of a right answer; default: that of the first answer. */
  readonly expect: string | undefined;
  /** Whether each source port has a DTLS session. */
  readonly security: Security;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  path: { type: "string", default: "/sensors/1" },
  type: { type: "string", default: "con" },
  sources: { type: "string", default: "16" },
  outstanding: { type: "string", default: "4" },
  seconds: { type: "string", default: "3" },
  "warmup-seconds": { type: "string", default: "1" },
  requests: { type: "string" },
  "timeout-ms": { type: "string", default: "1000" },
  echo: { type: "boolean", default: false },
  expect: { type: "string" },
  ...SECURITY_OPTIONS,
} as const;

/** Reads the generator's command line. @throws TypeError with one line that names the option at fault */
export function readLoadOptions(args: readonly string[]): LoadOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { host, path, echo, expect } = values;
  if (values.type !== "con" && values.type !== "non")
    throw new TypeError(`--type is con or non, not "${values.type}".`);
  return {
    host,
    path,
    echo,
    expect,
    security: readSecurity(values),
    type: values.type === "con" ? MessageType.CON : MessageType.NON,
    port: numberIn("--port", values.port, 1, 65_535),
    sources: numberIn("--sources", values.sources, 1, MAX_SOURCES),
    outstanding: numberIn("--outstanding", values.outstanding, 1, 1024),
    seconds: numberIn("--seconds", values.seconds, 0.1, 3600),
    warmupSeconds: numberIn("--warmup-seconds", values["warmup-seconds"], 0, 600),
    requests:
      values.requests === undefined ? Number.POSITIVE_INFINITY : numberIn("--requests", values.requests, 1, 1e9),
    timeoutMs: numberIn("--timeout-ms", values["timeout-ms"], 10, 60_000),
  };
}

/** Reads a number between two bounds. @throws TypeError that names the option */
export function numberIn(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max)) {
    throw new TypeError(`${option} is a number from ${min} to ${max}, not "${text}".`);
  }
  return value;
}
