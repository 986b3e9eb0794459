import { randomBytes } from "node:crypto";
import { Code, ContentFormat, Endpoint, OptionNumber, type ServerExchange } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { SENSOR_PATH, sensorAnswer } from "./answer.js";
import { serve } from "./serve.js";

const clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
const random = { fraction: Math.random, bytes: (length: number) => randomBytes(length) };

function answer(exchange: ServerExchange): void {
  const { method, options } = exchange.request;
  if (method !== Code.GET || `/${options.strings(OptionNumber.UriPath).join("/")}` !== SENSOR_PATH) {
    exchange.respond({ code: Code.NotFound, contentFormat: undefined, options: [], payload: "" });
    return;
  }
  const payload = JSON.stringify(sensorAnswer("1"));
  exchange.respond({ code: Code.Content, contentFormat: ContentFormat.Json, options: [], payload });
}

await serve(async ({ host, port }) => {
  const endpoint = new Endpoint({ transport: udpTransport({ host, port }), clock, random, onRequest: answer });
  const bound = await endpoint.open();
  return { host: bound.address, port: bound.port, close: () => endpoint.close() };
});
