import "reflect-metadata";
import { ContentFormat } from "@coapkit/protocol";
import { firstOf } from "../context/query.js";
import type { RequestContext } from "../context/request-context.js";
import { ConfigError } from "../errors/config-error.js";
import type { MethodRecord } from "../metadata/metadata-store.js";
import type { ParameterRecord } from "../metadata/parameter-record.js";
import type { FormatName } from "../ports/payload-format.js";
import type { RouteInput } from "../routing/route-parts.js";

/** Reads one argument of a handler from a request. */
type Argument = (ctx: RequestContext) => unknown;
type Handler = (...args: unknown[]) => unknown;

/** A handler method on its instance, and what its parameters mean for the route. */
export interface BoundHandler {
  readonly invoke: (ctx: RequestContext) => unknown;
  /** Whether a parameter takes the decoded payload. */
  readonly takesPayload: boolean;
  /** Whether a parameter takes the body as it arrives. */
  readonly streamsBody: boolean;
  /** What the payload's declared type says of content formats, if anything. */
  readonly consumes: readonly FormatName[] | undefined;
}

/** What a decorated method says about its input. */
export function inputOf({ parameters }: MethodRecord): RouteInput {
  const whole = (source: "param" | "query") =>
    [...parameters.values()].find((p) => p.source === source && p.name === undefined && p.schema !== undefined);
  const schemaOf = (record: ParameterRecord | undefined) =>
    record !== undefined && record.source !== "context" ? record.schema : undefined;
  const checked = [...parameters].filter(
    (entry): entry is [number, ParameterRecord & { readonly source: "param" | "query" }] =>
      (entry[1].source === "param" || entry[1].source === "query") &&
      entry[1].name !== undefined &&
      entry[1].schema !== undefined,
  );
  return {
    params: schemaOf(whole("param")),
    query: schemaOf(whole("query")),
    payload: schemaOf([...parameters.values()].find(({ source }) => source === "payload")),
    checkedArguments: new Map(checked),
  };
}

/**
 * Binds a method to its instance and its parameters to the request.
 * @param paramNames parameters of the route's path
 * @throws ConfigError for a parameter without a decorator, one that names no path parameter, a body taken twice
 */
export function bindHandler(
  instance: object,
  name: string | symbol,
  method: MethodRecord,
  routeName: string,
  paramNames: readonly string[],
): BoundHandler {
  const handler = (instance as Record<string | symbol, unknown>)[name];
  if (typeof handler !== "function") {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${routeName} is decorated as a handler but is no method; decorate a method.`,
    );
  }
  const types = (Reflect.getMetadata("design:paramtypes", instance, name) ?? []) as unknown[];
  const count = Math.max(handler.length, ...[...method.parameters.keys()].map((index) => index + 1));
  const bindings = Array.from({ length: count }, (_, index) =>
    argumentAt(index, method.parameters.get(index), types[index], routeName, paramNames),
  );
  const payloadIndex = payloadIndexOf(method, routeName);
  const payloadType = payloadIndex === undefined ? undefined : types[payloadIndex];
  return {
    invoke: call(handler as Handler, instance, bindings),
    takesPayload: payloadIndex !== undefined && !isBytes(payloadType),
    streamsBody: [...method.parameters.values()].some(({ source }) => source === "stream"),
    consumes: payloadType === String ? [ContentFormat.TextPlain] : undefined,
  };
}

function payloadIndexOf({ parameters }: MethodRecord, routeName: string): number | undefined {
  const takers = [...parameters].filter(([, { source }]) => source === "payload" || source === "stream");
  const [first, second] = takers;
  if (second === undefined) return first?.[1].source === "payload" ? first[0] : undefined;
  const sources = new Set(takers.map(([, { source }]) => source));
  const names = [...sources].map((source) => (source === "stream" ? "@BodyStream()" : "@Payload()"));
  throw new ConfigError(
    "COAPKIT_ERR_DECORATOR_MISUSE",
    `${routeName} takes the payload twice; keep one ${names.join(" or ")}.`,
  );
}

function argumentAt(
  index: number,
  record: ParameterRecord | undefined,
  type: unknown,
  routeName: string,
  paramNames: readonly string[],
): Argument {
  if (record === undefined) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `Parameter ${index} of ${routeName} has no decorator, so nothing says what to pass; use @Param, @Query, @Payload, @BodyStream, @Option, @Peer or @Req.`,
    );
  }
  switch (record.source) {
    case "context":
      return record.read;
    case "payload":
      return payloadArgument(record.schema, type);
    case "stream":
      return (ctx) => ctx.bodyStream;
    case "query":
      return queryArgument(index, record);
    case "param":
      return paramArgument(index, record, routeName, paramNames);
  }
}

/** Raw bytes are copied: the request's own are valid until the first await only. */
function payloadArgument(schema: unknown, type: unknown): Argument {
  if (schema !== undefined || !isBytes(type)) return (ctx) => ctx.payload;
  return type === Buffer ? (ctx) => Buffer.from(ctx.request.payload) : (ctx) => new Uint8Array(ctx.request.payload);
}

function queryArgument(index: number, { name, schema }: ParameterRecord & { source: "query" }): Argument {
  if (name === undefined) return (ctx) => ctx.query;
  return schema === undefined ? (ctx) => firstOf(ctx.query, name) : (ctx) => ctx.args?.[index];
}

function paramArgument(
  index: number,
  { name, schema }: ParameterRecord & { source: "param" },
  routeName: string,
  paramNames: readonly string[],
): Argument {
  if (name === undefined) return (ctx) => ctx.params;
  const position = paramNames.indexOf(name);
  if (position < 0) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `@Param("${name}") on parameter ${index} of ${routeName} names no parameter of its path; the path has ${paramNames.map((known) => `"${known}"`).join(", ") || "none"}.`,
    );
  }
  return schema === undefined ? (ctx) => ctx.paramValues[position] : (ctx) => ctx.args?.[index];
}

/** Calls with as many arguments as there are, without a list for the usual few. */
function call(handler: Handler, instance: object, bindings: readonly Argument[]): (ctx: RequestContext) => unknown {
  const [first, second, third] = bindings;
  if (first === undefined) return () => handler.call(instance);
  if (second === undefined) return (ctx) => handler.call(instance, first(ctx));
  if (third === undefined) return (ctx) => handler.call(instance, first(ctx), second(ctx));
  if (bindings.length === 3) return (ctx) => handler.call(instance, first(ctx), second(ctx), third(ctx));
  return (ctx) =>
    handler.apply(
      instance,
      bindings.map((binding) => binding(ctx)),
    );
}

function isBytes(type: unknown): boolean {
  return type === Uint8Array || type === Buffer;
}
