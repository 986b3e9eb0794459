import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ObserveWriteStream, type OutgoingMessage } from "coap";
import { settledUsage, USAGE_PATH, VALUE_PATH } from "./observed-value.js";
import { serve } from "./serve.js";

let value = "value 0";
/** By source and token, since npm coap leaves deregistration to the application. RFC 7641 §3.6. */
const observers = new Map<string, ObserveWriteStream>();

function keyOf({ rsinfo, _packet: { token } }: IncomingMessage): string {
  return `${rsinfo.address}:${rsinfo.port} ${token?.toString("hex")}`;
}

function register(request: IncomingMessage, stream: ObserveWriteStream): void {
  const key = keyOf(request);
  observers.set(key, stream);
  stream.once("finish", () => observers.delete(key));
  stream.write(value);
}

function write(request: IncomingMessage, response: OutgoingMessage): void {
  value = request.payload.toString();
  response.code = "2.04";
  response.end();
  for (const stream of observers.values()) stream.write(value);
}

function answer(request: IncomingMessage, response: OutgoingMessage | ObserveWriteStream): void {
  const isRegistration = request.headers.Observe === 0;
  if (isRegistration && request.url === VALUE_PATH) register(request, response as ObserveWriteStream);
  else answerPlainly(request, response as OutgoingMessage);
}

function answerPlainly(request: IncomingMessage, response: OutgoingMessage): void {
  if (request.url === USAGE_PATH) response.end(JSON.stringify(settledUsage()));
  else if (request.url !== VALUE_PATH) {
    response.code = "4.04";
    response.end();
  } else if (request.method === "PUT") write(request, response);
  else {
    observers.get(keyOf(request))?.end();
    response.end(value);
  }
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
