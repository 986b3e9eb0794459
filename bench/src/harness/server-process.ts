import { securityArguments } from "../security/security.js";
import type { ServerReport } from "../servers/serve.js";
import type { ServerEntry } from "../servers/server-list.js";
import { type Child, lastLine, startProgram } from "./child-process.js";

const LISTENING = /^listening on coaps?:\/\/(\S+):(\d+) \(process (\d+)\)/m;
const START_TIMEOUT_MS = 20_000;

/** A benchmark server in a process of its own. */
export class ServerProcess {
  readonly #name: string;
  readonly #child: Child;
  readonly port: number;
  /** The process that serves. */
  readonly pid: number;

  private constructor(name: string, child: Child, [, , port, pid]: RegExpExecArray) {
    this.#name = name;
    this.#child = child;
    this.port = Number(port);
    this.pid = Number(pid);
  }

  /** Starts a server on a port of the system's choice. @throws Error where it does not come up */
  static async start({ name, file, args, security }: ServerEntry, core: number | undefined): Promise<ServerProcess> {
    const protection = security === undefined ? [] : securityArguments(security);
    const child = startProgram(file, ["--port", "0", ...args, ...protection], core);
    return new ServerProcess(name, child, await listeningLine(name, child));
  }

  /** Stops it. @returns what it has used since it listened. @throws Error where it ended badly */
  async stop(): Promise<ServerReport> {
    this.#child.process.kill("SIGTERM");
    const code = await this.#child.ended;
    if (code !== 0) throw new Error(`${this.#name} ended with exit code ${code}.`);
    return lastLine<ServerReport>(this.#name, this.#child.output());
  }
}

function listeningLine(name: string, child: Child): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      child.process.kill();
      reject(new Error(`${name} ${what}.`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.process.stdout?.on("data", () => {
      const match = LISTENING.exec(child.output());
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    });
    void child.ended.then((code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code} before it listened`);
    }, reject);
  });
}
