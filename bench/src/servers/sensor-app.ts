import { type App, type Class, createApp, type EngineFactory, Get, Param, type Plugin, Resource } from "@coapkit/core";
import { json } from "@coapkit/plugin-json";
import { sensorAnswer } from "./answer.js";
import { ImageResource } from "./image-resource.js";

/** The resource that is asked for, answering at once. */
@Resource("sensors")
class SensorResource {
  @Get(":id")
  read(@Param("id") id: string) {
    return sensorAnswer(id);
  }
}

/** The same, waiting once on the way. */
@Resource("sensors")
class AsyncSensorResource {
  @Get(":id")
  async read(@Param("id") id: string) {
    return await laterOf(id);
  }
}

async function laterOf(id: string) {
  return sensorAnswer(id);
}

/** What differs between the variants of the app. */
export interface SensorAppOptions {
  readonly engine?: EngineFactory | undefined;
  readonly isAsync?: boolean | undefined;
  readonly hasImage?: boolean | undefined;
  /** Beside JSON. */
  readonly plugins?: readonly Plugin[] | undefined;
  /** Beside the sensors. */
  readonly resources?: readonly Class[] | undefined;
}

/** The app of the benchmark: one decorated resource, JSON, three hooks, no logging. */
export async function createSensorApp(options: SensorAppOptions): Promise<App> {
  const { engine, isAsync, hasImage, plugins = [], resources = [] } = options;
  const sensors = isAsync === true ? AsyncSensorResource : SensorResource;
  const app = await createApp({
    resources: [sensors, ...resources, ...(hasImage === true ? [ImageResource] : [])],
    plugins: [json(), ...plugins],
    engine,
  });
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
  return app;
}
