import type { MethodName } from "@coapkit/protocol";
import type { RouteOptions } from "./route-options.js";

/** Under what a piece of route metadata is read; made by `routeMetadata`. */
export interface MetadataKey<T> {
  readonly key: symbol;
  /** Carries the type only. */
  readonly type?: T;
}

/** One route as hooks see it: frozen at boot. */
export interface RoutePlan {
  /** Method name; `undefined` only for the "unrouted" plan. */
  readonly method: MethodName | undefined;
  /** The pattern, such as `/sensors/:id`. */
  readonly path: string;
  /** `SensorResource.read`, or method and path. */
  readonly name: string;
  /** `app`, or the name of the plugin that added the route. */
  readonly owner: string;
  /** The class whose method answers; `undefined` for routes without decorators. */
  readonly resource: (abstract new (...args: never[]) => unknown) | undefined;
  readonly paramNames: readonly string[];
  readonly options: RouteOptions;
  /** Whether the handler takes a decoded payload. */
  readonly takesPayload: boolean;
  /** Whether the handler takes the body as it arrives, undecoded. */
  readonly streamsBody: boolean;
  /** Names of the plugins that act on its metadata; the app has loaded them all. */
  readonly plugins: readonly string[];
  /** Value of a piece of metadata: the method's, else its class's, else `undefined`. */
  meta<T>(key: MetadataKey<T>): T | undefined;
}
