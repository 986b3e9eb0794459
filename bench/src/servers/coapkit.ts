import { nativeEngine } from "@coapkit/core";
import { serverPlugins } from "../security/server-plugins.js";
import { IMAGES_LIMIT_BYTES } from "../transfer/image.js";
import { createSensorApp } from "./sensor-app.js";
import { serve } from "./serve.js";

const ROOM_FOR_IMAGES = { bodiesBytes: IMAGES_LIMIT_BYTES, representationsBytes: IMAGES_LIMIT_BYTES };

await serve(async ({ host, port, isAsync, hasImage, security }) => {
  const engine = nativeEngine(hasImage ? ROOM_FOR_IMAGES : {});
  const app = await createSensorApp({ engine, isAsync, hasImage, plugins: serverPlugins(security) });
  const scheme = security.mode === "none" ? "coap" : "coaps";
  const bound = await app.listen(`${scheme}://${host}:${port}`);
  return { scheme, host: bound.address, port: bound.port, close: () => app.close() };
});
