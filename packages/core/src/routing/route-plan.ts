import type { MethodName } from "@coapkit/protocol";
import type { RouteMetadata } from "../metadata/route-metadata.js";
import type { RouteOptions } from "./route-definition.js";

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
  readonly paramNames: readonly string[];
  readonly options: RouteOptions;
  /** Whether the handler takes a decoded payload. */
  readonly takesPayload: boolean;
  /** Value of a piece of metadata: the method's, else its class's, else `undefined`. */
  meta<T>(key: RouteMetadata<T>): T | undefined;
}
