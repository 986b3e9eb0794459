import { formatPath, parsePath } from "@coapkit/protocol";

/** Path of a resource: `"/sensors/7"` as in a URI, or its segments, not percent-encoded: `["sensors", 7]`. */
export type ResourcePath = string | readonly (string | number)[];

/** The one spelling that observed paths are compared in. @throws TypeError for a malformed path, or one with a query */
export function resourcePath(path: ResourcePath): string {
  if (typeof path !== "string") return formatPath(path.map(String));
  const parsed = parsePath(path);
  if (!parsed.ok) throw new TypeError(`"${path}" is no path: ${parsed.reason}; write "/sensors/7".`);
  if (parsed.value.query.length > 0)
    throw new TypeError(`"${path}" has a query; leave it out, observers of every query are told.`);
  return formatPath(parsed.value.path);
}
