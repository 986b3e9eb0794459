import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** A port of 127.0.0.1 after which there is another free one: libcoap's servers listen for coaps on the next. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await freePortFrom(0);
    if (port < 65_535 && (await freePortFrom(port + 1).catch(() => 0)) === port + 1) return port;
  }
}

async function freePortFrom(wanted: number): Promise<number> {
  const socket = createSocket("udp4");
  try {
    socket.bind(wanted, "127.0.0.1");
    await once(socket, "listening");
    return socket.address().port;
  } finally {
    socket.close();
  }
}

/** Starts one of libcoap's servers for the test. @returns the URI of its `coaps://` socket */
export async function libcoapServer(program: string, args: readonly string[]): Promise<string> {
  const port = await freePort();
  const child = start(program, ["-A", "127.0.0.1", "-p", String(port), "-d", "8", ...args]);
  await once(child, "spawn");
  return `coaps://127.0.0.1:${port + 1}`;
}

/** Starts a program for the test; it is killed when that has finished. */
export function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin?.on("error", () => undefined); // it has ended already
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  return child;
}

/** Reads what a program prints until it has printed something. @returns all of it, byte by byte as Latin-1 */
export async function printed(child: ChildProcess, wanted: string): Promise<string> {
  let text = "";
  const { stdout, stderr } = child;
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      if (text.includes(wanted)) resolve(text);
    };
    stdout?.on("data", take);
    stderr?.on("data", take);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`${child.spawnfile} ended without ${wanted}: ${text}`)));
  });
}
