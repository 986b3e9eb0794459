import type { RoutePlan } from "@coapkit/core";
import { resourcePath } from "./resource-path.js";

/** A class decorated with `@Resource`. */
export type ResourceClass = abstract new (...args: never[]) => unknown;

/** Values of path parameters by name, not percent-encoded; that of a wildcard has its segments joined by slashes. */
export type ResourceParams = Readonly<Record<string, string | number>>;

/** Paths of the class's routes that have exactly these parameters. @throws TypeError where there is none */
export function pathsOf(
  routes: Iterable<RoutePlan>,
  resource: ResourceClass,
  params: ResourceParams = {},
): ReadonlySet<string> {
  const names = Object.keys(params);
  const ofClass = [...routes].filter((route) => route.resource === resource);
  const matching = ofClass.filter(
    ({ paramNames }) => paramNames.length === names.length && names.every((name) => paramNames.includes(name)),
  );
  if (matching.length > 0) return new Set(matching.map((route) => pathOf(route, params)));
  const known = ofClass.map(({ path }) => path).join(", ") || "none";
  throw new TypeError(
    `${resource.name} has no observable route with the parameters {${names.join(", ")}}; its observable routes: ${known}.`,
  );
}

function pathOf({ path }: RoutePlan, params: ResourceParams): string {
  const segments = path === "/" ? [] : path.slice(1).split("/");
  return resourcePath(segments.flatMap((segment) => segmentsFor(segment, params)));
}

/** `:name` is one segment, `*name` one or more, and a backslash makes a leading one of these characters literal. */
function segmentsFor(segment: string, params: ResourceParams): readonly string[] {
  const value = String(params[segment.slice(1)]);
  if (segment.startsWith(":")) return [value];
  if (segment.startsWith("*")) return value.split("/");
  return [segment.startsWith("\\") ? segment.slice(1) : segment];
}
