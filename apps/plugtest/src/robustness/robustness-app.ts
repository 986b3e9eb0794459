import { type App, createApp, type EngineFactory } from "@coapkit/core";
import { cbor } from "@coapkit/plugin-cbor";
import { json } from "@coapkit/plugin-json";
import { observe } from "@coapkit/plugin-observe";
import { addBulkRoutes } from "./bulk-routes.js";
import { CountResource } from "./count-resource.js";
import { EchoResource } from "./echo-resource.js";
import { FaultObserveResource } from "./fault-observe-resource.js";
import { FaultResource } from "./fault-resource.js";
import { HelloResource } from "./hello-resource.js";
import { LargeResource } from "./large-resource.js";
import { APP_LIMITS, MAX_DEPTH } from "./limits.js";
import { ObserveResource } from "./observe-resource.js";
import { ParamsResource } from "./params-resource.js";
import { QueryResource } from "./query-resource.js";
import { Seconds } from "./seconds.js";
import { SelfcheckResource } from "./selfcheck-resource.js";
import { SlowResource } from "./slow-resource.js";
import { APP, StatsResource } from "./stats-resource.js";
import { UploadResource } from "./upload-resource.js";

/** Puts the robustness fixture together: small resources, tight limits, faults on purpose. */
export async function createRobustnessApp(engine: EngineFactory): Promise<App> {
  const app: App = await createApp({
    resources: [
      HelloResource,
      LargeResource,
      ParamsResource,
      QueryResource,
      EchoResource,
      UploadResource,
      CountResource,
      SlowResource,
      ObserveResource,
      SelfcheckResource,
      StatsResource,
      FaultResource,
      FaultObserveResource,
    ],
    providers: [Seconds, { provide: APP, useValue: () => app }],
    plugins: [json({ maxDepth: MAX_DEPTH }), cbor({ maxDepth: MAX_DEPTH }), observe()],
    engine,
    ...APP_LIMITS,
  });
  addBulkRoutes(app);
  return app;
}
