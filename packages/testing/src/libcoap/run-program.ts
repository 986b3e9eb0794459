import { type ChildProcess, spawn } from "node:child_process";

/** What a program printed until it ended. */
export interface ProgramOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was killed because its time was up. */
  readonly timedOut: boolean;
}

/** How a program is run. */
export interface ProgramOptions {
  /** After it the program is killed, in milliseconds. */
  readonly timeoutMs: number;
  readonly stdin?: Uint8Array | string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program without a shell. Rejects when it cannot be started, or with the signal's reason. */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramOutput> {
  options.signal?.throwIfAborted();
  const child = spawn(path, args, { stdio: ["pipe", "pipe", "pipe"], shell: false });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, options.timeoutMs);
  const abort = () => child.kill("SIGKILL");
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    child.stdin.on("error", ignoreClosedPipe).end(options.stdin ?? "");
    const [exitCode, stdout, stderr] = await Promise.all([exitOf(child), textOf(child.stdout), textOf(child.stderr)]);
    options.signal?.throwIfAborted();
    return { exitCode, stdout, stderr, timedOut };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** A program may end without reading its input; its exit code says whether that is wrong. */
function ignoreClosedPipe(): void {}
