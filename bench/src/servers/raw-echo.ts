import { createSocket } from "node:dgram";
import { once } from "node:events";
import { serve } from "./serve.js";

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** What Node's socket can do at best without a trick: each datagram goes back as it came. */
await serve(async ({ host, port }) => {
  const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
  socket.on("message", (message, peer) => socket.send(message, 0, message.length, peer.port, peer.address));
  socket.bind(port, host);
  await once(socket, "listening");
  return {
    host,
    port: socket.address().port,
    close: async () => {
      socket.close();
    },
  };
});
