import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A UDP port of `host` that nobody uses at the moment, for programs that cannot choose one themselves. */
export async function freePort(host: string): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
