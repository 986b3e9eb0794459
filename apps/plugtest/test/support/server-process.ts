import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UdpClient } from "./udp-client.js";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
/** As the scripts of package.json say it: a small young generation keeps the robustness fixture within its 64 MiB. */
const NODE_ARGUMENTS = { plugtest: [], robustness: ["--max-semi-space-size=4"] } as const;
const READY = /^listening on (\S+):(\d+)$/;

/** A built server in a process of its own, on a port that the system chose. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #clients: UdpClient[] = [];
  /** What it printed on standard output until it was ready. */
  readonly banner: string;
  readonly port: number;
  /** What it has written to standard error. */
  stderr = "";

  private constructor(child: ChildProcess, banner: string) {
    this.#child = child;
    this.banner = banner;
    this.port = Number(READY.exec(banner)?.[2]);
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  /** Starts a program of `dist` and waits for its ready line. */
  static async start(program: "plugtest" | "robustness", args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const nodeArgs = [...NODE_ARGUMENTS[program], `${DIST}${program}.js`];
    const child = spawn(process.execPath, [...nodeArgs, "--port", "0", ...args], {
      env: { ...process.env, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const failed = once(child, "exit").then(() => {
      throw new Error(`${program} ended before it was ready: ${stderr}`);
    });
    const ready = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
    const [line] = await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    return new ServerProcess(child, line);
  }

  /** A client with an endpoint of its own. */
  async client(): Promise<UdpClient> {
    const client = await UdpClient.open(this.port);
    this.#clients.push(client);
    return client;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends a signal. @returns exit status and how long it took, in milliseconds */
  async stop(
    signal: "SIGINT" | "SIGTERM" = "SIGTERM",
  ): Promise<{ readonly status: number | null; readonly ms: number }> {
    for (const client of this.#clients.splice(0)) client.close();
    return this.signal(signal);
  }

  /** Sends a signal and leaves the clients open. */
  async signal(signal: "SIGINT" | "SIGTERM" = "SIGTERM") {
    if (this.#child.exitCode !== null) return { status: this.#child.exitCode, ms: 0 };
    const startMs = performance.now();
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    const [status] = (await exited) as [number | null];
    return { status, ms: performance.now() - startMs };
  }
}
