import { parseArgs } from "node:util";
import { numberIn } from "../load/load-options.js";
import { readSecurity, SECURITY_OPTIONS, type Security } from "../security/security.js";

/** One run that opens many sessions. */
export interface SessionsOptions {
  readonly host: string;
  /** The server's port without DTLS. */
  readonly port: number;
  /** Source ports; each has a session with every socket of the server. */
  readonly sources: number;
  readonly security: Security;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  sources: { type: "string", default: "800" },
  ...SECURITY_OPTIONS,
} as const;

/** Reads the command line. @throws TypeError with one line that names the option at fault */
export function readSessionsOptions(args: readonly string[]): SessionsOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const security = readSecurity(values);
  if (security.mode === "none") throw new TypeError("--security is psk or certificate: there are no sessions without.");
  return {
    host: values.host,
    port: numberIn("--port", values.port, 1, 65_535),
    sources: numberIn("--sources", values.sources, 1, 10_000),
    security,
  };
}
