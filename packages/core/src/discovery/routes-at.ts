import { parsePath } from "@coapkit/protocol";
import type { PathPattern } from "../routing/path-pattern.js";
import type { Route } from "../routing/route.js";

/** The routes that a link's target reaches, under any method; none for a target on another host. */
export function routesAt(target: string, routes: readonly Route[]): readonly Route[] {
  const path = target.startsWith("/") ? parsePath(target) : undefined;
  if (path === undefined || !path.ok) return [];
  const segments = path.value.path;
  return routes.filter(({ pattern }) => matches(pattern, segments));
}

function matches({ segments }: PathPattern, path: readonly string[]): boolean {
  const last = segments.at(-1);
  const hasWildcard = last?.kind === "wildcard";
  if (hasWildcard ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, index) => segment.kind !== "static" || segment.text === path[index]);
}
