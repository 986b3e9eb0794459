import { createApp, nativeEngine, notFound } from "@coapkit/core";
import { LARGE, textBody } from "./body.js";

/** An app on the native engine, with a route for each thing that a client may do. */
export interface AppServer extends AsyncDisposable {
  readonly port: number;
  uri(path: string): string;
  /** How often POST /count ran. */
  readonly counted: number;
}

/** Longer than the engine holds a response back to piggyback it, in milliseconds. */
const SLOW_MS = 250;

/** Starts the app on a free port of 127.0.0.1. */
export async function startAppServer(): Promise<AppServer> {
  const app = await createApp({ engine: nativeEngine(), drainTimeoutMs: 0 });
  let counted = 0;
  app.route({ method: "GET", path: "/plain", handler: () => "hello" });
  app.route({ method: "GET", path: "/slow", handler: () => after(SLOW_MS, "late") });
  app.route({ method: "POST", path: "/slow", handler: () => after(SLOW_MS, "late") });
  app.route({ method: "GET", path: "/large", handler: () => textBody(LARGE) });
  app.route({
    method: "PUT",
    path: "/sink",
    consumes: ["text/plain"],
    payload: true,
    handler: ({ payload }) => `${String(payload).length}`,
  });
  app.route({
    method: "POST",
    path: "/echo",
    consumes: ["text/plain"],
    payload: true,
    handler: ({ payload }) => String(payload),
  });
  app.route({ method: "PUT", path: "/small", bodyLimitBytes: 2_000, handler: () => undefined });
  app.route({ method: "POST", path: "/count", handler: () => `${++counted}` });
  app.route({
    method: "GET",
    path: "/rooms/:id",
    handler: () => {
      throw notFound("no such room");
    },
  });
  const { port } = await app.listen("coap://127.0.0.1:0");
  return {
    port,
    uri: (path) => `coap://127.0.0.1:${port}${path}`,
    get counted() {
      return counted;
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

function after<T>(delayMs: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), delayMs));
}
