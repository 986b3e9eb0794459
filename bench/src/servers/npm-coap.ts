import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingMessage } from "coap";
import { SENSOR_PATH, sensorAnswer } from "./answer.js";
import { serve } from "./serve.js";

function answer(request: IncomingMessage, response: OutgoingMessage): void {
  if (request.method !== "GET" || request.url !== SENSOR_PATH) {
    response.code = "4.04";
    response.end();
    return;
  }
  response.setOption("Content-Format", "application/json");
  response.end(JSON.stringify(sensorAnswer("1")));
}

await serve(async ({ host, port }) => {
  const socket = createSocket("udp4");
  socket.bind(port, host);
  await once(socket, "listening");
  const server = createServer({ type: "udp4" }, answer).listen(socket);
  return {
    host,
    port: socket.address().port,
    close: async () => {
      server.close();
      socket.close();
    },
  };
});
