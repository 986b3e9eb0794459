import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** libcoap's example server on a free port of 127.0.0.1. */
export interface LibcoapServer {
  readonly uri: string;
  stop(): Promise<void>;
}

/** Starts `coap-server-notls`; requests sent before it is up are retransmitted by the client. */
export async function startLibcoapServer(): Promise<LibcoapServer> {
  const port = await freePort();
  const child = spawn("coap-server-notls", ["-A", "127.0.0.1", "-p", String(port), "-d", "8"], { stdio: "ignore" });
  await once(child, "spawn");
  return { uri: `coap://127.0.0.1:${port}`, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
