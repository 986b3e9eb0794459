import { Code, ContentFormat, Endpoint, OptionNumber, type ServerExchange } from "@coapkit/protocol";
import { udpTransport } from "@coapkit/protocol/udp";
import { IMAGE_PATH, IMAGES_LIMIT_BYTES, image, isImage } from "../transfer/image.js";
import { answerSensor, emptyResponse } from "./sensor-exchange.js";
import { serve } from "./serve.js";
import { clock, random } from "./system.js";

function answerWithImage(exchange: ServerExchange): void {
  const { method, options, payload } = exchange.request;
  if (`/${options.strings(OptionNumber.UriPath).join("/")}` !== IMAGE_PATH) {
    answerSensor(exchange);
    return;
  }
  if (method === Code.PUT) exchange.respond(emptyResponse(isImage(payload) ? Code.Changed : Code.BadRequest));
  else {
    const contentFormat = ContentFormat.OctetStream;
    exchange.respond({ code: Code.Content, contentFormat, options: [], payload: image() });
  }
}

const ROOM_FOR_IMAGES = { bodiesBytes: IMAGES_LIMIT_BYTES, representationsBytes: IMAGES_LIMIT_BYTES };

await serve(async ({ host, port, hasImage }) => {
  const endpoint = new Endpoint({
    transport: udpTransport({ host, port }),
    clock,
    random,
    limits: hasImage ? ROOM_FOR_IMAGES : undefined,
    onRequest: hasImage ? answerWithImage : answerSensor,
  });
  const bound = await endpoint.open();
  return { host: bound.address, port: bound.port, close: () => endpoint.close() };
});
