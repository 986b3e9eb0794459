import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** What the log says of an exchange. */
export interface Exchange {
  readonly peer: string;
  readonly method: string;
  readonly path: string;
  readonly code: string;
}

/** What a process prints on standard output, line by line. */
export class OutputLines {
  readonly #lines: string[] = [];
  readonly #all: string[] = [];
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor({ stdout }: ChildProcess) {
    if (stdout === null) throw new TypeError("The process has no standard output to read.");
    const lines = createInterface({ input: stdout });
    lines.on("line", (line) => {
      this.#lines.push(line);
      this.#all.push(line);
      this.#wake();
    });
    lines.on("close", () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Waits for the next line that matches; lines before it are passed over. @throws Error where the output ends before */
  async next(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const line = this.#lines.shift();
      const match = line === undefined ? null : pattern.exec(line);
      if (match !== null) return match;
      if (line !== undefined) continue;
      if (this.#hasEnded) throw new Error(`The process ended before it printed ${pattern}.`);
      await this.#more();
    }
  }

  /** Waits for the end. @returns all lines, also those that have been passed over */
  async all(): Promise<string> {
    while (!this.#hasEnded) await this.#more();
    return this.#all.join("\n");
  }

  /** Waits for the record of the next exchange that matches. */
  async nextExchange(isMeant: (exchange: Exchange) => boolean): Promise<Exchange> {
    for (;;) {
      const [line] = await this.next(/^\{.*"msg":"exchange"\}$/);
      const record = JSON.parse(line) as Exchange;
      if (isMeant(record)) return record;
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
