import type { App } from "@coapkit/core";
import { createDemoApp } from "../src/app.js";

/** The demo in this process, on a port that the system chose; its client is `app.client`. */
export async function serveDemo(): Promise<{ readonly app: App; readonly uri: string }> {
  const app = await createDemoApp({ logging: { level: "silent" } });
  const { port } = await app.listen("coap://127.0.0.1:0");
  return { app, uri: `coap://127.0.0.1:${port}` };
}
