import type { MetadataKey } from "../context/route-plan.js";
import { metadataOf, type RouteTarget } from "./metadata-store.js";

/** One piece of metadata with its value, as `app.route({ metadata: [...] })` takes it. */
export interface MetadataEntry {
  readonly key: symbol;
  readonly value: unknown;
}

/**
 * Typed metadata of routes: a decorator for methods and classes (the method beats the class), and the key under which
 * hooks read it: `route.meta(RequireScope)`.
 */
export interface RouteMetadata<T> extends MetadataKey<T> {
  (value: T): (target: object, methodName?: string | symbol) => void;
  /** For routes without decorators. */
  entry(value: T): MetadataEntry;
}

/**
 * Makes a decorator of your own.
 * @param name unique: prefix it with your package's name
 * @example const RequireScope = routeMetadata<string>("acme/require-scope");
 */
export function routeMetadata<T>(name: string): RouteMetadata<T> {
  const key = Symbol.for(`coapkit/route/${name}`);
  const decorate = (value: T) => (target: object, methodName?: string | symbol) => {
    recordMetadata(target, methodName, key, value);
  };
  return Object.assign(decorate, { key, entry: (value: T): MetadataEntry => ({ key, value }) });
}

function recordMetadata(target: object, methodName: RouteTarget, key: symbol, value: unknown): void {
  metadataOf(target, methodName).set(key, value);
}
