import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const TRIES = 20;

/**
 * The first of some UDP ports in a row that nobody uses at the moment, for programs that cannot choose themselves.
 * @throws Error where there are none
 */
export async function freePort(host: string, count = 1): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const first = await bound(host, 0);
    const port = first.address().port;
    const areFree = await areFreeFrom(host, port + 1, count - 1);
    await closed(first);
    if (areFree) return port;
  }
  throw new Error(`${host} has no ${count} free ports in a row.`);
}

async function areFreeFrom(host: string, port: number, count: number): Promise<boolean> {
  if (count === 0) return true;
  try {
    await closed(await bound(host, port));
    return await areFreeFrom(host, port + 1, count - 1);
  } catch {
    return false; // in use, or above 65535
  }
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(port, host);
  await once(socket, "listening");
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  socket.close();
  await once(socket, "close");
}
