import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingMessage } from "coap";
import { IMAGE_PATH, image, isImage } from "../transfer/image.js";
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

function answerWithImage(request: IncomingMessage, response: OutgoingMessage): void {
  if (request.url !== IMAGE_PATH) {
    answer(request, response);
    return;
  }
  if (request.method === "PUT") {
    response.code = isImage(request.payload) ? "2.04" : "4.00";
    response.end();
    return;
  }
  response.setOption("Content-Format", "application/octet-stream");
  response.end(image());
}

await serve(async ({ host, port, hasImage }) => {
  const socket = createSocket("udp4");
  socket.bind(port, host);
  await once(socket, "listening");
  const server = createServer({ type: "udp4" }, hasImage ? answerWithImage : answer).listen(socket);
  return {
    host,
    port: socket.address().port,
    close: async () => {
      server.close();
      socket.close();
    },
  };
});
