import { nativeEngine } from "@coapkit/core";
import { IMAGES_LIMIT_BYTES } from "../transfer/image.js";
import { createSensorApp } from "./sensor-app.js";
import { serve } from "./serve.js";

const ROOM_FOR_IMAGES = { bodiesBytes: IMAGES_LIMIT_BYTES, representationsBytes: IMAGES_LIMIT_BYTES };

await serve(async ({ host, port, isAsync, hasImage }) => {
  const engine = nativeEngine(hasImage ? ROOM_FOR_IMAGES : {});
  const app = await createSensorApp({ engine, isAsync, hasImage });
  const bound = await app.listen(`coap://${host}:${port}`);
  return { host: bound.address, port: bound.port, close: () => app.close() };
});
