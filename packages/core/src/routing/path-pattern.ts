import { ConfigError } from "../errors/config-error.js";

/** One segment of a pattern. */
export type PatternSegment =
  | { readonly kind: "static"; readonly text: string }
  | { readonly kind: "param"; readonly name: string }
  | { readonly kind: "wildcard"; readonly name: string };

/** A parsed pattern: `/rooms/:room/files/*rest`. */
export interface PathPattern {
  /** As it is shown: with a leading slash. */
  readonly text: string;
  readonly segments: readonly PatternSegment[];
  readonly paramNames: readonly string[];
  /** Whether it stands for one path only. */
  readonly concrete: boolean;
}

/** Longest Uri-Path segment in bytes. RFC 7252 §5.10. */
const MAX_SEGMENT_BYTES = 255;
/** Most segments of a path; more in a request make it malformed. No client has use for that many. */
export const MAX_SEGMENTS = 64;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Joins a resource's path and a method's: `join("rooms", ":id")` is `/rooms/:id`. One leading slash of each is optional. */
export function joinPaths(...paths: readonly string[]): string {
  const parts = paths.map((path) => (path.startsWith("/") ? path.slice(1) : path)).filter((path) => path !== "");
  return `/${parts.join("/")}`;
}

/**
 * Parses a pattern. Segments are literal text, not percent-encoded; a backslash makes a leading `:` or `*` literal.
 * @param owner whose pattern it is, for messages
 * @throws ConfigError COAPKIT_ERR_PATH_INVALID
 */
export function parsePathPattern(path: string, owner: string): PathPattern {
  const text = joinPaths(path);
  const segments = text === "/" ? [] : text.slice(1).split("/").map(parseSegment);
  const paramNames = segments.flatMap((segment) => (segment.kind === "static" ? [] : [segment.name]));
  const problem = findProblem(segments, paramNames);
  if (problem !== undefined) {
    throw new ConfigError("COAPKIT_ERR_PATH_INVALID", `Path "${path}" of ${owner} is not a pattern: ${problem}.`);
  }
  return { text, segments, paramNames, concrete: paramNames.length === 0 };
}

function parseSegment(segment: string): PatternSegment {
  if (segment.startsWith(":")) return { kind: "param", name: segment.slice(1) };
  if (segment.startsWith("*")) return { kind: "wildcard", name: segment.slice(1) };
  return { kind: "static", text: segment.startsWith("\\") ? segment.slice(1) : segment };
}

function findProblem(segments: readonly PatternSegment[], names: readonly string[]): string | undefined {
  if (segments.length > MAX_SEGMENTS) return `it has more than ${MAX_SEGMENTS} segments`;
  const badName = names.find((name) => !NAME.test(name));
  if (badName !== undefined) return `"${badName}" is no parameter name; use letters, digits and _`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `parameter "${twice}" occurs twice; rename one`;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === "wildcard" && index !== segments.length - 1)
      return `"*${segment.name}" must be the last segment`;
    if (segment.kind !== "static") continue;
    if (segment.text === "." || segment.text === "..")
      return `"${segment.text}" cannot be a segment (RFC 7252 §5.10.1)`;
    if (new TextEncoder().encode(segment.text).length > MAX_SEGMENT_BYTES)
      return `a segment is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}
