import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Query as QueryRecord } from "../context/query.js";
import type { RequestContext } from "../context/request-context.js";
import { ConfigError } from "../errors/config-error.js";
import { ownMethodRecord } from "../metadata/metadata-store.js";
import type { ParameterRecord } from "../metadata/parameter-record.js";
import type { Peer as PeerIdentity } from "../ports/engine.js";

/** Marks a parameter of a handler method. */
export type ParameterDecorator = (prototype: object, name: string | symbol | undefined, index: number) => void;

function parameter(decoratorName: string, record: ParameterRecord): ParameterDecorator {
  return (prototype, name, index) => {
    if (name === undefined) {
      throw new ConfigError(
        "COAPKIT_ERR_DECORATOR_MISUSE",
        `@${decoratorName} stands on parameter ${index} of a constructor; it reads a request, so it belongs on a handler method.`,
      );
    }
    const method = ownMethodRecord(prototype, name);
    if (method.parametersInherited) method.parameters = new Map();
    method.parametersInherited = false;
    method.parameters.set(index, record);
  };
}

/**
 * A path parameter as text, or what the schema makes of it (a refusal is 4.00); without a name all of them.
 * @example read(@Param("id") id: string)
 */
export function Param(name?: string, schema?: StandardSchemaV1): ParameterDecorator;
export function Param(schema: StandardSchemaV1): ParameterDecorator;
export function Param(nameOrSchema?: string | StandardSchemaV1, schema?: StandardSchemaV1): ParameterDecorator {
  return parameter("Param", { source: "param", ...nameAndSchema(nameOrSchema, schema) });
}

/**
 * A query parameter's first value as text or `undefined`, or what the schema makes of it (a refusal is 4.00); without a
 * name the whole query.
 * @example list(@Query(Page) page: Page)
 */
export function Query(name?: string, schema?: StandardSchemaV1): ParameterDecorator;
export function Query(schema: StandardSchemaV1): ParameterDecorator;
export function Query(nameOrSchema?: string | StandardSchemaV1, schema?: StandardSchemaV1): ParameterDecorator {
  return parameter("Query", { source: "query", ...nameAndSchema(nameOrSchema, schema) });
}

/** The payload, decoded by its Content-Format, or what the schema makes of that (a refusal is 4.22). */
export function Payload(schema?: StandardSchemaV1): ParameterDecorator {
  return parameter("Payload", { source: "payload", schema });
}

/**
 * The body as it arrives, an `AsyncIterable<Uint8Array>` of undecoded bytes, so that it is never in memory as a whole: the
 * client is told to continue when the next chunk is asked for. Iterate it once; it throws a CoapError 4.08 when the body
 * does not come to its end. RFC 7959 §2.5.
 * @example async write(@BodyStream() body: AsyncIterable<Uint8Array>) { for await (const chunk of body) … }
 */
export function BodyStream(): ParameterDecorator {
  return parameter("BodyStream", { source: "stream", schema: undefined });
}

/**
 * The first value of a CoAP option, or `undefined`.
 * @param option number, such as `OptionNumber.MaxAge`
 * @param as how to read it; default: bytes, a copy
 */
export function Option(option: number, as: "bytes" | "uint" | "string" = "bytes"): ParameterDecorator {
  const read = {
    bytes: (ctx: RequestContext) => copyOf(ctx.request.options.bytes(option)),
    uint: (ctx: RequestContext) => ctx.request.options.uint(option),
    string: (ctx: RequestContext) => ctx.request.options.string(option),
  }[as];
  return parameter("Option", { source: "context", read });
}

/** Query parameters by name: the value, or all values of a name that comes several times; `""` for a name alone. */
// biome-ignore lint/suspicious/noRedeclare: the decorator and the type of what it passes share their name
export type Query = QueryRecord;

/** Whom a message came from, as `@Peer()` passes it. */
export type Peer = PeerIdentity;

/** Whom the request came from. */
export function Peer(): ParameterDecorator {
  return parameter("Peer", { source: "context", read: (ctx) => ctx.peer });
}

/** The whole RequestContext. */
export function Req(): ParameterDecorator {
  return parameter("Req", { source: "context", read: (ctx) => ctx });
}

/**
 * Makes a parameter decorator of your own.
 * @param read gets the value from the request, synchronously
 * @example export const Locale = () => parameterDecorator("Locale", (ctx) => firstOf(ctx.query, "lang") ?? "en");
 */
export function parameterDecorator(name: string, read: (ctx: RequestContext) => unknown): ParameterDecorator {
  return parameter(name, { source: "context", read });
}

function nameAndSchema(nameOrSchema: string | StandardSchemaV1 | undefined, schema: StandardSchemaV1 | undefined) {
  return typeof nameOrSchema === "object" || typeof nameOrSchema === "function"
    ? { name: undefined, schema: nameOrSchema }
    : { name: nameOrSchema, schema };
}

/** `slice` would not copy where an engine hands over a Buffer. */
function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && new Uint8Array(bytes);
}
