import type { MetadataKey } from "../context/route-plan.js";
import type { MetadataEntry } from "./metadata-entry.js";
import { metadataOf } from "./metadata-store.js";

/**
 * Typed metadata of routes: a decorator for methods and classes (the method beats the class), and the key under which
 * hooks read it: `route.meta(RequireScope)`.
 */
export interface RouteMetadata<T> extends MetadataKey<T> {
  (value: T): (target: object, methodName?: string | symbol) => void;
  /** For routes without decorators. */
  entry(value: T): MetadataEntry;
}

/** What a piece of metadata needs to have an effect. */
export interface RouteMetadataOptions {
  /**
   * Name of the plugin that acts on it. A route that carries it fails the boot of an app without that plugin, so that a
   * guard, say, is never missing in silence. Default: none, the metadata stands for itself.
   */
  readonly plugin?: string | undefined;
}

/**
 * Makes a decorator of your own.
 * @param name unique: prefix it with your package's name
 * @example const RequireScope = routeMetadata<string>("acme/require-scope", { plugin: "@acme/coapkit-plugin-scopes" });
 */
export function routeMetadata<T>(name: string, { plugin }: RouteMetadataOptions = {}): RouteMetadata<T> {
  const key = Symbol.for(`coapkit/route/${name}`);
  const entry = (value: T): MetadataEntry => ({ key, value, plugin });
  const decorate = (value: T) => (target: object, methodName?: string | symbol) => {
    metadataOf(target, methodName).set(key, entry(value));
  };
  return Object.assign(decorate, { key, entry });
}
