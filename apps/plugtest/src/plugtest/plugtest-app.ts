import { type App, createApp, type EngineFactory } from "@coapkit/core";
import { cbor } from "@coapkit/plugin-cbor";
import { json } from "@coapkit/plugin-json";
import { observe } from "@coapkit/plugin-observe";
import { Create1Resource } from "./create1-resource.js";
import { EtchResource } from "./etch-resource.js";
import { LargeCreateResource } from "./large-create-resource.js";
import { LargePostResource } from "./large-post-resource.js";
import { LargeResource } from "./large-resource.js";
import { LargeUpdateResource } from "./large-update-resource.js";
import { LinkResource } from "./link-resource.js";
import { LocationQueryResource } from "./location-query-resource.js";
import { MultiFormatResource } from "./multi-format-resource.js";
import { ObsLargeResource } from "./obs-large-resource.js";
import { ObsNonResource } from "./obs-non-resource.js";
import { ObsPumpingNonResource } from "./obs-pumping-non-resource.js";
import { ObsPumpingResource } from "./obs-pumping-resource.js";
import { ObsResource } from "./obs-resource.js";
import { PathResource } from "./path-resource.js";
import { QueryResource } from "./query-resource.js";
import { NOTIFY_INTERVAL_MS, Renewals } from "./renewals.js";
import { RootResource } from "./root-resource.js";
import { SegmentResource } from "./segment-resource.js";
import { SeparateResource } from "./separate-resource.js";
import { TestResource } from "./test-resource.js";
import { Utf8Resource } from "./utf8-resource.js";
import { ValidateResource } from "./validate-resource.js";

const BODY_LIMIT_BYTES = 8_192;
/** SIGTERM has to end the process within a second, and the time is granted twice: to handlers, then to the engine. */
const DRAIN_TIMEOUT_MS = 250;

/** What differs from run to run. */
export interface PlugtestOptions {
  readonly engine: EngineFactory;
  /** Period of the resources that change by themselves, in milliseconds. */
  readonly notifyIntervalMs: number;
}

/** Puts the plugtest server together. */
export function createPlugtestApp({ engine, notifyIntervalMs }: PlugtestOptions): Promise<App> {
  return createApp({
    resources: [
      RootResource,
      TestResource,
      ValidateResource,
      SegmentResource,
      QueryResource,
      LocationQueryResource,
      SeparateResource,
      LargeResource,
      LargeUpdateResource,
      LargeCreateResource,
      LargePostResource,
      ObsResource,
      ObsNonResource,
      ObsLargeResource,
      ObsPumpingResource,
      ObsPumpingNonResource,
      MultiFormatResource,
      LinkResource,
      PathResource,
      Create1Resource,
      Utf8Resource,
      EtchResource,
    ],
    providers: [Renewals, { provide: NOTIFY_INTERVAL_MS, useValue: notifyIntervalMs }],
    plugins: [json(), cbor(), observe()],
    engine,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
  });
}
