import type { RouteOptions } from "../context/route-options.js";
import { ownClassRecord } from "../metadata/metadata-store.js";

/** A class that can be constructed. */
export type Class<T = unknown> = abstract new (...args: never[]) => T;

/**
 * Makes a class a controller: its methods answer below `path`.
 * @param path pattern that the methods' paths are joined to; `""` or `"/"` is the root
 * @param options defaults of all its routes; the link attributes (`rt`, `if`, `title`, …) belong to the path itself
 */
export function Resource(path: string, options: RouteOptions = {}): (target: Class) => void {
  return (target) => {
    const record = ownClassRecord(target.prototype as object);
    record.path = path;
    record.options = options;
    record.injectable = true;
  };
}
