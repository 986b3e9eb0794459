import { nativeEngine } from "@coapkit/core";
import { createSensorApp } from "./sensor-app.js";
import { serve } from "./serve.js";

await serve(async ({ host, port, isAsync }) => {
  const app = await createSensorApp({ engine: nativeEngine(), isAsync });
  const bound = await app.listen(`coap://${host}:${port}`);
  return { host: bound.address, port: bound.port, close: () => app.close() };
});
