import type { RouteOptions } from "../context/route-options.js";
import { CORE_IDENTITY, duplicateCore } from "../core-identity.js";
import type { Class } from "../decorators/resource.js";
import type { LinkProvider } from "../discovery/links.js";
import { ConfigError } from "../errors/config-error.js";
import { type ClassRecord, type MethodRecord, type RouteRecord, readClassRecord } from "../metadata/metadata-store.js";
import { joinPaths, parsePathPattern } from "../routing/path-pattern.js";
import { Route } from "../routing/route.js";
import { bindHandler, inputOf } from "./bind-handler.js";

/** A class with what its decorators said, checked. */
export interface ResourceClass {
  readonly implementation: Class;
  readonly record: ClassRecord;
}

/** Reads a class that an app lists as a resource, at `index`. @throws ConfigError where it is none, or another copy of core decorated it */
export function readResource(implementation: Class, index: number): ResourceClass {
  if (implementation.prototype === undefined) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `resources[${index}] is no class; list classes decorated with @Resource.`,
    );
  }
  const record = readClassRecord(implementation.prototype as object);
  if (record !== undefined && record.core !== CORE_IDENTITY)
    throw duplicateCore(`Resource ${implementation.name}`, record.core.url);
  if (record?.path === undefined) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${implementation.name} is listed in resources but has no path; decorate it with @Resource("…"), or list it in providers.`,
    );
  }
  if (![...record.methods.values()].some((method) => method.routes.length > 0 || method.givesLinks)) {
    throw new ConfigError(
      "COAPKIT_ERR_DECORATOR_MISUSE",
      `${implementation.name} has no route; decorate a method with @Get(), @Post(), …, or take it out of resources.`,
    );
  }
  return { implementation, record };
}

/** Routes of an instance of the class. @throws ConfigError for a malformed path or a misplaced decorator */
export function routesOf(resource: ResourceClass, instance: object): Route[] {
  const routes: Route[] = [];
  for (const [name, method] of resource.record.methods) {
    for (const said of method.routes) routes.push(compileRoute(resource, name, method, said, instance));
  }
  return routes;
}

/** What the class's `@Links()` methods give. */
export function linkProvidersOf({ record }: ResourceClass, instance: object): LinkProvider[] {
  return [...record.methods]
    .filter(([, method]) => method.givesLinks)
    .map(
      ([name]) =>
        () =>
          (instance as Record<string | symbol, LinkProvider>)[name]?.call(instance) ?? [],
    );
}

function compileRoute(
  resource: ResourceClass,
  name: string | symbol,
  method: MethodRecord,
  said: RouteRecord,
  instance: object,
): Route {
  const { implementation, record } = resource;
  const routeName = `${implementation.name}.${String(name)}`;
  const path = joinPaths(record.path ?? "", said.path);
  const { invoke, takesPayload, streamsBody, consumes } = bindHandler(
    instance,
    name,
    method,
    routeName,
    parsePathPattern(path, routeName).paramNames,
  );
  const options = mergeOptions(record.options, said);
  return new Route({
    method: said.method,
    path,
    name: routeName,
    owner: "app",
    resource: implementation,
    options: { ...options, consumes: options.consumes ?? consumes },
    takesPayload,
    streamsBody,
    input: inputOf(method),
    version: (method.version ?? record.version)?.bind(instance),
    metadata: new Map([...record.metadata, ...method.metadata]),
    invoke,
  });
}

/** The method's options before its class's; the class's link attributes belong to the class's own path only. */
function mergeOptions(ofClass: RouteOptions, { path, options }: RouteRecord): RouteOptions {
  if (joinPaths(path) === "/") return { ...ofClass, ...options };
  const { rt, if: interfaceDescription, sz, title, attributes, ...inherited } = ofClass;
  return { ...inherited, ...options };
}
