import { Method, type MethodName } from "@coapkit/protocol";
import type { RequestContext } from "../context/request-context.js";
import type { VersionOf } from "../context/resource-version.js";
import type { RouteOptions } from "../context/route-options.js";
import type { RoutePlan } from "../context/route-plan.js";
import { ConfigError } from "../errors/config-error.js";
import type { MetadataEntry } from "../metadata/metadata-entry.js";
import type { RouteMetadata } from "../metadata/route-metadata.js";
import { checkRoute } from "./check-route.js";
import { type PathPattern, parsePathPattern } from "./path-pattern.js";
import type { RouteDefinition } from "./route-definition.js";
import type { RouteInput, RouteParts } from "./route-parts.js";

/** One route, as decorators and definitions alike compile to it. */
export class Route implements RoutePlan {
  readonly method: MethodName | undefined;
  readonly path: string;
  readonly name: string;
  readonly owner: string;
  readonly resource: RoutePlan["resource"];
  readonly options: RouteOptions;
  readonly takesPayload: boolean;
  readonly streamsBody: boolean;
  readonly pattern: PathPattern;
  readonly input: RouteInput;
  readonly version: VersionOf | undefined;
  /** Calls the handler with its arguments. */
  readonly invoke: (ctx: RequestContext) => unknown;
  readonly #metadata: ReadonlyMap<symbol, MetadataEntry>;

  /** @throws ConfigError for a malformed path, an unknown method, a missing handler or a limit out of bounds */
  constructor(parts: RouteParts) {
    checkRoute(parts);
    this.pattern = parsePathPattern(parts.path, parts.name);
    this.method = parts.method;
    this.path = this.pattern.text;
    this.name = parts.name;
    this.owner = parts.owner;
    this.resource = parts.resource;
    this.options = Object.freeze({ ...parts.options });
    this.takesPayload = parts.takesPayload;
    this.streamsBody = parts.streamsBody;
    this.input = parts.input;
    this.version = parts.version;
    this.invoke = parts.invoke;
    this.#metadata = parts.metadata;
  }

  get paramNames(): readonly string[] {
    return this.pattern.paramNames;
  }

  get plugins(): readonly string[] {
    const names = [...this.#metadata.values()].flatMap(({ plugin }) => plugin ?? []);
    return [...new Set(names)];
  }

  meta<T>(key: RouteMetadata<T>): T | undefined {
    return this.#metadata.get(key.key)?.value as T | undefined;
  }
}

const STREAM = "stream";
const NO_ARGUMENTS: RouteInput["checkedArguments"] = new Map();

/** A route without decorators. @throws ConfigError for a malformed path, an unknown method, or metadata given twice */
export function routeOf(definition: RouteDefinition, owner: string): Route {
  const { method, path, params, query, payload, version, metadata = [], handler, ...named } = definition;
  const { name = `${method} ${path}`, ...options } = named;
  return new Route({
    method,
    path,
    name,
    owner,
    options,
    takesPayload: payload !== undefined && payload !== STREAM,
    streamsBody: payload === STREAM,
    input: {
      params,
      query,
      payload: payload === true || payload === STREAM ? undefined : payload,
      checkedArguments: NO_ARGUMENTS,
    },
    version,
    metadata: metadataByKey(metadata, name),
    invoke: handler,
  });
}

/** @throws ConfigError for two entries of one kind: one of them, which may be a guard, would have no effect */
function metadataByKey(entries: readonly MetadataEntry[], name: string): ReadonlyMap<symbol, MetadataEntry> {
  const byKey = new Map<symbol, MetadataEntry>();
  for (const entry of entries) {
    if (byKey.has(entry.key)) {
      throw new ConfigError(
        "COAPKIT_ERR_DECORATOR_MISUSE",
        `${name} has metadata "${entry.key.description}" twice, and only one would have an effect; write both as one entry.`,
      );
    }
    byKey.set(entry.key, entry);
  }
  return byKey;
}

/** Stands for "no route" where hooks see a request that none answers: 4.02, 4.04, 4.05, 5.05, 5.03. */
export const UNROUTED: RoutePlan = Object.freeze({
  method: undefined,
  path: "(unrouted)",
  name: "(unrouted)",
  owner: "kernel",
  resource: undefined,
  paramNames: [],
  options: {},
  takesPayload: false,
  streamsBody: false,
  plugins: [],
  meta: () => undefined,
});

/** Method code of a route. */
export function methodCodeOf(route: Route): number {
  return Method[route.method as MethodName];
}
