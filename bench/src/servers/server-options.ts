import { parseArgs } from "node:util";
import { readSecurity, SECURITY_OPTIONS, type Security } from "../security/security.js";

/** How a benchmark server is started. */
export interface ServerOptions {
  readonly host: string;
  /** UDP port; 0 lets the system choose. */
  readonly port: number;
  /** Whether the handler waits once before it answers, where the server has such a variant. */
  readonly isAsync: boolean;
  /** Whether the server has the image of the block-wise transfers, and room for many of them. */
  readonly hasImage: boolean;
  /** Whether every notification is confirmable, where the server has a choice. */
  readonly isAlwaysConfirmable: boolean;
  /** Whether it listens for `coap` or `coaps`, where the server has a choice. */
  readonly security: Security;
}

const OPTIONS = {
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5683" },
  async: { type: "boolean", default: false },
  image: { type: "boolean", default: false },
  "always-confirmable": { type: "boolean", default: false },
  ...SECURITY_OPTIONS,
} as const;

/** Reads a server's command line. @throws TypeError with one line that names the option at fault */
export function readServerOptions(args: readonly string[]): ServerOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new TypeError(`--port is a number from 0 to 65535, not "${values.port}".`);
  }
  return {
    host: values.host,
    port,
    isAsync: values.async,
    hasImage: values.image,
    isAlwaysConfirmable: values["always-confirmable"],
    security: readSecurity(values),
  };
}
