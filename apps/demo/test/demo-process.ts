import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Exchange, OutputLines } from "./output-lines.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** The built demo in a process of its own, on a port that the system chose. */
export class DemoProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly output: OutputLines,
    /** `coap://127.0.0.1:40213` */
    readonly uri: string,
    /** `coaps://127.0.0.1:40214`, empty where there is no native addon. */
    readonly secureUri: string,
  ) {}

  /** Starts it and waits for the line that says where it listens. */
  static async start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<DemoProcess> {
    const child = spawn(process.execPath, [MAIN, "--port", "0", ...args], {
      env: { ...process.env, LOG_LEVEL: "info", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = new OutputLines(child);
    const [, uri = "", secureUri = ""] = await output.next(/listens on (coap:\S+)(?: and (coaps:\S+))?$/);
    return new DemoProcess(child, output, uri, secureUri);
  }

  /** Waits for the record of the next exchange with somebody else than the alarm panel, which shares the socket of the server. */
  nextExchange(isMeant: (exchange: Exchange) => boolean = () => true): Promise<Exchange> {
    return this.output.nextExchange((exchange) => exchange.peer !== this.uri && isMeant(exchange));
  }

  /** Sends a signal. @returns the exit code once it has ended */
  async stop(signal: "SIGINT" | "SIGTERM" = "SIGTERM"): Promise<number | null> {
    const exited = once(this.child, "exit");
    this.child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }
}
