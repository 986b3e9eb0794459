import type { MethodName } from "@coapkit/protocol";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Params } from "../context/params.js";
import type { Query } from "../context/query.js";
import type { RequestContext } from "../context/request-context.js";
import type { LinkAttributes } from "../discovery/links.js";
import type { MetadataEntry } from "../metadata/route-metadata.js";

/** A content format by number or media type: `50` or `"application/json"`. */
export type FormatName = number | string;

/**
 * The version of what a request targets: an entity-tag (1 to 8 bytes, or text of that length), `true` for a resource
 * that exists without one, `undefined` for one that does not exist. RFC 7252 §5.10.6.
 */
export type ResourceVersion = Uint8Array | string | true | undefined;

/** What can be said of a route besides where it is and who answers. */
export interface RouteOptions extends LinkAttributes {
  /** Content formats of the answer, the default first; others in Accept give 4.06 before the handler runs. Default: what the value calls for. */
  readonly produces?: readonly FormatName[] | undefined;
  /** Content formats of the payload; others give 4.15. Default: all that a loaded codec decodes, where the handler takes a payload. */
  readonly consumes?: readonly FormatName[] | undefined;
  /** Largest request body in bytes; above: 4.13 with Size1. Default: the app's `bodyLimitBytes`. */
  readonly bodyLimitBytes?: number | undefined;
  /** Time a handler may take, in milliseconds; after it: 5.03. Default: the app's `handlerTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Whether `/.well-known/core` lists it. Default: true. */
  readonly discoverable?: boolean | undefined;
}

/** Finds the version of what a request targets. */
export type VersionOf = (ctx: RequestContext) => ResourceVersion | Promise<ResourceVersion>;

/** A route without decorators; decorators compile to it. */
export interface RouteDefinition<TPath extends string = string, TParams = Params, TQuery = Query, TPayload = unknown>
  extends RouteOptions {
  readonly method: MethodName;
  /** `/rooms/:room/files/*rest`: static segments, `:name` for one segment, a last `*name` for one or more. */
  readonly path: TPath;
  /** Checks path parameters; a refusal is 4.00. */
  readonly params?: StandardSchemaV1<PathParams<TPath>, TParams> | undefined;
  /** Checks the query; a refusal is 4.00. */
  readonly query?: StandardSchemaV1<unknown, TQuery> | undefined;
  /** Takes a payload and checks it: a refusal is 4.22. `true` decodes without a check. */
  readonly payload?: StandardSchemaV1<unknown, TPayload> | true | undefined;
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
