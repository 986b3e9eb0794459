import type { MethodName } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Params } from "../context/params.js";
import type { Query } from "../context/query.js";
import type { RequestContext } from "../context/request-context.js";
import type { VersionOf } from "../context/resource-version.js";
import type { RouteOptions } from "../context/route-options.js";
import type { MetadataEntry } from "../metadata/metadata-entry.js";

/** A route without decorators; decorators compile to it. */
export interface RouteDefinition<TPath extends string = string, TParams = Params, TQuery = Query, TPayload = unknown>
  extends RouteOptions {
  readonly method: MethodName;
  /** `/rooms/:room/files/*rest`: static segments, `:name` for one segment, a last `*name` for one or more. */
  readonly path: TPath;
  /** Checks path parameters; a refusal is 4.00. */
  readonly params?: StandardSchemaV1<unknown, TParams> | undefined;
  /** Checks the query; a refusal is 4.00. */
  readonly query?: StandardSchemaV1<unknown, TQuery> | undefined;
  /**
   * Takes a payload and checks it: a refusal is 4.22. `true` decodes without a check. `"stream"` hands the body over as it
   * arrives, undecoded, as `ctx.bodyStream`. RFC 7959 §2.5.
   */
  readonly payload?: StandardSchemaV1<unknown, TPayload> | true | "stream" | undefined;
  /** Makes ETag, If-Match and If-None-Match work by themselves (2.03, 4.12). RFC 7252 §5.10.8. */
  readonly version?: VersionOf | undefined;
  /** Typed route metadata: `[RequireScope.entry("sensor:write")]`. */
  readonly metadata?: readonly MetadataEntry[] | undefined;
  /** Name in logs and errors. Default: method and path. */
  readonly name?: string | undefined;
  /** Answers: with a value, a Reply, a promise of either, or nothing (2.04; a GET must answer). */
  handler(ctx: RequestContext<TParams, TQuery, TPayload>): unknown;
}

/** The type of a pattern's parameters: `PathParams<"/rooms/:room">` is `{ room: string }`. */
export type PathParams<TPath extends string> = string extends TPath
  ? Params
  : { readonly [K in ParamNames<TPath>]: string };

type ParamNames<TPath extends string> = TPath extends `${infer Head}/${infer Tail}`
  ? ParamName<Head> | ParamNames<Tail>
  : ParamName<TPath>;

type ParamName<TSegment extends string> = TSegment extends `:${infer Name}`
  ? Name
  : TSegment extends `*${infer Name}`
    ? Name
    : never;
