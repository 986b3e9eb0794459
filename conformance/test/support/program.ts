import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A server of another implementation on a free port of 127.0.0.1. */
export interface Peer extends AsyncDisposable {
  readonly port: number;
  uri(path: string): string;
}

/** Starts libcoap's example server; requests that come before it is up are sent again by their client. */
export async function startLibcoapServer(): Promise<Peer> {
  const port = await freePort();
  const child = spawn("coap-server-notls", ["-A", "127.0.0.1", "-p", `${port}`, "-d", "8", "-L", "3"], {
    stdio: "ignore",
  });
  await once(child, "spawn");
  return { port, uri: (path) => `coap://127.0.0.1:${port}${path}`, [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** A UDP port of 127.0.0.1 that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
