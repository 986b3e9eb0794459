import { Code, ContentFormat, OptionNumber, type ServerExchange } from "@coapkit/protocol";
import { SENSOR_PATH, sensorAnswer } from "./answer.js";

/** A response without a payload. */
export function emptyResponse(code: number) {
  return { code, contentFormat: undefined, options: [], payload: "" };
}

/** The sensor, by the protocol's endpoint alone. */
export function answerSensor(exchange: ServerExchange): void {
  const { method, options } = exchange.request;
  if (method !== Code.GET || `/${options.strings(OptionNumber.UriPath).join("/")}` !== SENSOR_PATH) {
    exchange.respond(emptyResponse(Code.NotFound));
    return;
  }
  const payload = JSON.stringify(sensorAnswer("1"));
  exchange.respond({ code: Code.Content, contentFormat: ContentFormat.Json, options: [], payload });
}
