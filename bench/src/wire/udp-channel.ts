import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Address } from "../servers/ask.js";
import type { Connect } from "./channel.js";

const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/**
 * Makes channels that are a connected socket each, so that neither a name nor an address is looked up or read again for
 * each datagram.
 */
export function udpConnector({ host, port }: Address): Connect {
  return async (onMessage) => {
    const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.on("error", () => undefined); // a refused datagram counts as lost once its time is over
    socket.on("message", onMessage);
    socket.connect(port, host);
    await once(socket, "connect");
    return { send: (message) => socket.send(message), close: () => void socket.close() };
  };
}
