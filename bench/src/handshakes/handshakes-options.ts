import { parseArgs } from "node:util";
import { numberIn } from "../load/load-options.js";
import { readSecurity, SECURITY_OPTIONS, type Security } from "../security/security.js";

/** One run of handshakes. */
export interface HandshakesOptions {
  readonly host: string;
  readonly port: number;
  /** Source ports, each with one handshake under way. */
  readonly sources: number;
  readonly seconds: number;
  /** Time before it that is not counted, in seconds. */
  readonly warmupSeconds: number;
  readonly security: Security;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5684" },
  sources: { type: "string", default: "16" },
  seconds: { type: "string", default: "3" },
  "warmup-seconds": { type: "string", default: "1" },
  ...SECURITY_OPTIONS,
} as const;

/** Reads the command line. @throws TypeError with one line that names the option at fault */
export function readHandshakesOptions(args: readonly string[]): HandshakesOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const security = readSecurity(values);
  if (security.mode === "none") throw new TypeError("--security is psk or certificate: nothing is agreed on without.");
  return {
    host: values.host,
    port: numberIn("--port", values.port, 1, 65_535),
    sources: numberIn("--sources", values.sources, 1, 1000),
    seconds: numberIn("--seconds", values.seconds, 0.1, 3600),
    warmupSeconds: numberIn("--warmup-seconds", values["warmup-seconds"], 0, 600),
    security,
  };
}
