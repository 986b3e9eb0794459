import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned } from "./pinning.js";

const DIST = new URL("../../dist/", import.meta.url);

/** A process of the benchmark with what it has said so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Resolves with its exit code, or with null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** The built file of a program of this package: `load/main`. */
export function programFile(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, DIST));
}

/** Starts a program of this package with its own Node, on one processor where one is given. */
export function startProgram(name: string, args: readonly string[], core: number | undefined): Child {
  return startNode(programFile(name), args, core);
}

/** Starts any file with this Node, on one processor where one is given; what it says on standard error is shown. */
export function startNode(file: string, args: readonly string[], core: number | undefined): Child {
  const [command = process.execPath, ...rest] = pinned(core, [process.execPath, file, ...args]);
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const killAtExit = (): void => void child.kill();
  process.once("exit", killAtExit);
  void ended.finally(() => process.off("exit", killAtExit)).catch(() => undefined);
  return { process: child, output: () => output, ended };
}

/** Runs a program of this package to its end. @returns the JSON of its last line. @throws Error where it fails */
export async function runProgram<T>(name: string, args: readonly string[], core: number | undefined): Promise<T> {
  const child = startProgram(name, args, core);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}.`);
  return lastLine<T>(name, child.output());
}

/** The JSON of the last line of an output. @throws Error where it is none */
export function lastLine<T>(name: string, output: string): T {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new Error(`${name} ended without a report; its last line is "${line}".`, { cause });
  }
}
