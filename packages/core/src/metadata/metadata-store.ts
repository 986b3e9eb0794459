import type { MethodName } from "@coapkit/protocol";
import type { VersionOf } from "../context/resource-version.js";
import type { RouteOptions } from "../context/route-options.js";
import { CORE_IDENTITY, type CoreIdentity } from "../core-identity.js";
import { ConfigError } from "../errors/config-error.js";
import type { MetadataEntry } from "./metadata-entry.js";
import type { ParameterRecord } from "./parameter-record.js";

/** Method name of a decorator's target, or `undefined` where the class itself is meant. */
export type RouteTarget = string | symbol | undefined;

/** What `@Get(...)` and its like have said. */
export interface RouteRecord {
  readonly method: MethodName;
  readonly path: string;
  readonly options: RouteOptions;
}

/** What decorators have said of one method. */
export interface MethodRecord {
  routes: RouteRecord[];
  /** By parameter position. */
  parameters: Map<number, ParameterRecord>;
  readonly metadata: Map<symbol, MetadataEntry>;
  version: VersionOf | undefined;
  /** Set by `@Links()`: the method gives links for discovery. */
  givesLinks: boolean;
  /** Whether routes or parameters come from the class above; the first one said here takes their place. */
  routesInherited: boolean;
  parametersInherited: boolean;
}

/** What decorators have said of one class. */
export interface ClassRecord {
  readonly core: CoreIdentity;
  path: string | undefined;
  options: RouteOptions;
  injectable: boolean;
  readonly metadata: Map<symbol, MetadataEntry>;
  version: VersionOf | undefined;
  readonly methods: Map<string | symbol, MethodRecord>;
}

const RECORD = Symbol.for("coapkit/class-record");

/** The record of a prototype, inherited or own; `undefined` where no decorator of coapkit was used. */
export function readClassRecord(prototype: object): ClassRecord | undefined {
  return (prototype as Record<symbol, ClassRecord | undefined>)[RECORD];
}

/** The prototype's own record to write to: a copy of what it inherits, so that the class above keeps its own. */
export function ownClassRecord(prototype: object): ClassRecord {
  if (Object.hasOwn(prototype, RECORD)) return readClassRecord(prototype) as ClassRecord;
  const inherited = readClassRecord(prototype);
  const record: ClassRecord = {
    core: CORE_IDENTITY,
    path: inherited?.path,
    options: inherited?.options ?? {},
    injectable: false,
    metadata: new Map(inherited?.metadata),
    version: inherited?.version,
    methods: new Map(),
  };
  for (const [name, method] of inherited?.methods ?? []) record.methods.set(name, inheritMethod(method));
  Object.defineProperty(prototype, RECORD, { value: record, configurable: true });
  return record;
}

/** The own record of a method to write to. @throws ConfigError for a static method */
export function ownMethodRecord(prototype: object, name: string | symbol): MethodRecord {
  if (typeof prototype === "function") {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${prototype.name}.${String(name)} is static; handlers run on an instance, so take static away.`,
    );
  }
  const { methods } = ownClassRecord(prototype);
  const record = methods.get(name) ?? emptyMethod();
  methods.set(name, record);
  return record;
}

/** The metadata map of a class (its constructor) or of a method (its prototype and name). */
export function metadataOf(target: object, methodName: RouteTarget): Map<symbol, MetadataEntry> {
  if (methodName !== undefined) return ownMethodRecord(target, methodName).metadata;
  return ownClassRecord((target as { prototype: object }).prototype).metadata;
}

function emptyMethod(): MethodRecord {
  return {
    routes: [],
    parameters: new Map(),
    metadata: new Map(),
    version: undefined,
    givesLinks: false,
    routesInherited: false,
    parametersInherited: false,
  };
}

function inheritMethod(above: MethodRecord): MethodRecord {
  return {
    ...above,
    routes: [...above.routes],
    parameters: new Map(above.parameters),
    metadata: new Map(above.metadata),
    routesInherited: true,
    parametersInherited: true,
  };
}
