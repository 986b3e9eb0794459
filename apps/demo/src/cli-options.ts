import { parseArgs } from "node:util";

/** How the demo is started. */
export interface CliOptions {
  /** UDP port of `coap://`, with the next one for `coaps://`; 0 lets the system choose both. */
  readonly port: number;
  /** File of the database, or `:memory:`. */
  readonly database: string;
  /** Whether simulated devices post readings. */
  readonly devices: boolean;
}

/** There has to be a next one. */
const MAX_PORT = 65_534;
const USAGE = "usage: demo [--port 5683] [--database monitor.db] [--no-devices]";

/** Reads the command line, then `PORT` of the environment. @returns the options, or one line that says what is wrong */
export function readCliOptions(args: readonly string[], env: NodeJS.ProcessEnv): CliOptions | string {
  const values = parseFlags(args);
  if (typeof values === "string") return `${values}; ${USAGE}`;
  const port = values.port ?? env.PORT ?? "5683";
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT)
    return `port "${port}" is no number from 0 to ${MAX_PORT}; ${USAGE}`;
  if (values.database === "") return `--database needs a file name; ${USAGE}`;
  return { port: Number(port), database: values.database ?? ":memory:", devices: values["no-devices"] !== true };
}

function parseFlags(args: readonly string[]) {
  try {
    const options = {
      port: { type: "string" },
      database: { type: "string" },
      "no-devices": { type: "boolean" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/, 1)[0] ?? "";
  }
}
