import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pinned } from "../harness/pinning.js";
import { freePort } from "../servers/free-port.js";

/** The demo app as it is built. */
export const DEMO_FILE = fileURLToPath(new URL("../../../apps/demo/dist/main.js", import.meta.url));
export const HOST = "127.0.0.1";

/** A program that was told to listen on a port; whether it does so yet is for the caller to find out. */
export interface StartedServer {
  readonly process: ChildProcess;
  readonly port: number;
  /** When it was started, on `performance.now`'s scale. */
  readonly startedMs: number;
}

/**
 * Starts a built server with `--port` and throws its log away.
 * @throws Error where the file is not there
 */
export async function startServer(file: string, core: number | undefined): Promise<StartedServer> {
  if (!existsSync(file)) throw new Error(`${file} is not there; run npm run build.`);
  const port = await freePort(HOST);
  const [command = "", ...args] = pinned(core, [process.execPath, file, "--port", String(port)]);
  const startedMs = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  const killAtExit = (): void => void child.kill();
  process.once("exit", killAtExit);
  child.once("exit", () => process.off("exit", killAtExit));
  return { process: child, port, startedMs };
}
