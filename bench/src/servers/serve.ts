import { once } from "node:events";
import { ownUsage, type ProcessUsage } from "./process-usage.js";
import { readServerOptions, type ServerOptions } from "./server-options.js";

/** A server that listens. */
export interface RunningServer {
  /** Default: `coap`. */
  readonly scheme?: string | undefined;
  readonly host: string;
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
  /** The process that serves; default: this one. */
  readonly pid?: number | undefined;
  /** Its usage; default: that of this process. */
  readonly usage?: (() => ProcessUsage) | undefined;
  close(): Promise<void>;
}

/** What a server says on standard output when it is stopped: its usage while it listened. */
export interface ServerReport {
  readonly cpuUs: number;
  readonly peakRssBytes: number;
}

/**
 * Runs a benchmark server as a process: reads the command line, starts it, says where it listens, and on SIGTERM or SIGINT
 * says in one line of JSON what it has used, closes and ends. Anything that goes wrong is one line and exit code 1, or 2
 * for the command line.
 */
export async function serve(start: (options: ServerOptions) => Promise<RunningServer>): Promise<void> {
  const options = readOrExit();
  const server = await start(options).catch((error: Error) => exit(1, error.message));
  const usage = server.usage ?? ownUsage;
  const before = usage();
  process.stdout.write(
    `listening on ${server.scheme ?? "coap"}://${server.host}:${server.port} (process ${server.pid ?? process.pid}); Ctrl-C stops it\n`,
  );
  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  const after = usage();
  const report: ServerReport = { cpuUs: after.cpuUs - before.cpuUs, peakRssBytes: after.peakRssBytes };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await server.close().catch((error: Error) => exit(1, error.message));
  process.exit(0);
}

function readOrExit(): ServerOptions {
  try {
    return readServerOptions(process.argv.slice(2));
  } catch (error) {
    return exit(2, (error as Error).message);
  }
}

function exit(code: number, message: string): never {
  process.stderr.write(`server: ${message}\n`);
  process.exit(code);
}
