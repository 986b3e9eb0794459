import { parseArgs } from "node:util";

/** How the robustness fixture is started. */
export interface CliOptions {
  /** UDP port; 0 lets the system choose. */
  readonly port: number;
}

const DEFAULT_PORT = "5683";
const USAGE = "usage: robustness [--port 5683 | 5683], or PORT in the environment";

/** Reads `--port`, a bare port, or PORT of the environment. @returns the options, or one line that says what is wrong */
export function readCliOptions(args: readonly string[], env: NodeJS.ProcessEnv): CliOptions | string {
  const port = portOf(args, env);
  if (port !== undefined && /^\d{1,5}$/.test(port) && Number(port) <= 65_535) return { port: Number(port) };
  return `the port has to be a number from 0 to 65535; ${USAGE}`;
}

function portOf(args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  try {
    const options = { port: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return values.port ?? positionals[0] ?? env.PORT ?? DEFAULT_PORT;
  } catch {
    return undefined;
  }
}
