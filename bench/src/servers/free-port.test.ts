import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { freePort } from "./free-port.js";

async function bind(port: number) {
  const socket = createSocket("udp4");
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

describe("freePort", () => {
  it("finds ports in a row that can be bound", async () => {
    const port = await freePort("127.0.0.1", 2);
    const sockets = [await bind(port), await bind(port + 1)];
    expect(sockets.map((socket) => socket.address().port)).toEqual([port, port + 1]);
    for (const socket of sockets) socket.close();
  });
});
