import type { MethodName } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RequestContext } from "../context/request-context.js";
import type { VersionOf } from "../context/resource-version.js";
import type { RouteOptions } from "../context/route-options.js";
import type { RoutePlan } from "../context/route-plan.js";
import type { MetadataEntry } from "../metadata/metadata-entry.js";
import type { ParameterRecord } from "../metadata/parameter-record.js";

/** How a route gets its handler's arguments and what it checks of a request before. */
export interface RouteInput {
  readonly params: StandardSchemaV1 | undefined;
  readonly query: StandardSchemaV1 | undefined;
  readonly payload: StandardSchemaV1 | undefined;
  /** Single arguments that a schema checks, by position. */
  readonly checkedArguments: ReadonlyMap<number, ParameterRecord & { readonly source: "param" | "query" }>;
}

/** What a route is made of. */
export interface RouteParts {
  readonly method: MethodName;
  readonly path: string;
  readonly name: string;
  readonly owner: string;
  /** The class whose method answers. */
  readonly resource?: RoutePlan["resource"];
  readonly options: RouteOptions;
  readonly takesPayload: boolean;
  readonly streamsBody: boolean;
  readonly input: RouteInput;
  readonly version: VersionOf | undefined;
  readonly metadata: ReadonlyMap<symbol, MetadataEntry>;
  invoke(ctx: RequestContext): unknown;
}
