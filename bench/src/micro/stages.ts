import { type App, createApp, type EngineFactory } from "@coapkit/core";
import { json } from "@coapkit/plugin-json";
import { z } from "zod";
import { sensorAnswer } from "../servers/answer.js";
import { createSensorApp } from "../servers/sensor-app.js";

/** One step more than the stage before it, as an app and a request for it. */
export interface Stage {
  readonly name: string;
  readonly method: "GET" | "PUT";
  readonly path: string;
  /** JSON of the request. */
  readonly payload?: string;
  /** The code of a right answer. */
  readonly code: string;
  /** Whether the handler waits. */
  readonly isAsync?: boolean;
  app(engine: EngineFactory | undefined): Promise<App>;
}

const Id = z.object({ id: z.string().max(8) });
const Reading = z.object({ id: z.string(), value: z.number(), unit: z.string() });
const PAYLOAD = JSON.stringify(sensorAnswer("1"));

/** What a request costs, stage by stage. */
export const STAGES: readonly Stage[] = [
  { name: "no route: 4.04", method: "GET", path: "/nowhere", code: "4.04", app: textApp },
  { name: "static path, handler returns a text", method: "GET", path: "/text", code: "2.05", app: textApp },
  { name: "+ a path parameter", method: "GET", path: "/text/1", code: "2.05", app: textApp },
  { name: "+ object of three fields, as JSON", method: "GET", path: "/sensors/1", code: "2.05", app: jsonApp },
  { name: "+ three hooks", method: "GET", path: "/sensors/1", code: "2.05", app: hookedApp },
  { name: "  the same by a decorated class", method: "GET", path: "/sensors/1", code: "2.05", app: decoratedApp },
  { name: "+ parameter checked with zod", method: "GET", path: "/checked/1", code: "2.05", app: hookedApp },
  { name: "+ handler waits once", method: "GET", path: "/later/1", code: "2.05", isAsync: true, app: hookedApp },
  {
    name: "PUT of JSON, three hooks",
    method: "PUT",
    path: "/sensors/1",
    payload: PAYLOAD,
    code: "2.04",
    app: hookedApp,
  },
  {
    name: "+ payload checked with zod",
    method: "PUT",
    path: "/checked/1",
    payload: PAYLOAD,
    code: "2.04",
    app: hookedApp,
  },
];

async function textApp(engine: EngineFactory | undefined): Promise<App> {
  const app = await createApp({ plugins: [json()], engine });
  app.route({ method: "GET", path: "/text", handler: () => "21.5" });
  return app.route({ method: "GET", path: "/text/:id", handler: ({ params }) => params.id });
}

async function jsonApp(engine: EngineFactory | undefined): Promise<App> {
  const app = await createApp({ plugins: [json()], engine });
  return app.route({ method: "GET", path: "/sensors/:id", handler: ({ params }) => sensorAnswer(params.id) });
}

async function hookedApp(engine: EngineFactory | undefined): Promise<App> {
  const app = await jsonApp(engine);
  addHooks(app);
  app.route({ method: "PUT", path: "/sensors/:id", payload: true, handler: () => undefined });
  app.route({ method: "GET", path: "/checked/:id", params: Id, handler: ({ params }) => sensorAnswer(params.id) });
  app.route({ method: "PUT", path: "/checked/:id", params: Id, payload: Reading, handler: () => undefined });
  return app.route({ method: "GET", path: "/later/:id", params: Id, handler: ({ params }) => laterOf(params.id) });
}

function decoratedApp(engine: EngineFactory | undefined): Promise<App> {
  return createSensorApp({ engine });
}

function addHooks(app: App): void {
  const seen = { requests: 0, handled: 0, bytes: 0 };
  app.hook("onRequest", () => {
    seen.requests++;
  });
  app.hook("preHandler", () => {
    seen.handled++;
  });
  app.hook("onSend", (_ctx, response) => {
    seen.bytes += response.payload.length;
  });
}

async function laterOf(id: string) {
  return await Promise.resolve(sensorAnswer(id));
}
