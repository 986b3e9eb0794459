import { utf8Length } from "../option/utf8.js";
import { fail, ok, type Result } from "../result.js";
import { percentDecode, percentEncode } from "./percent-encoding.js";

/** Greatest length of a Uri-Path or Uri-Query value, in bytes. RFC 7252 §5.10. */
const MAX_VALUE_BYTES = 255;
// RFC 7252 §6.5: what steps 6 and 8 leave as it is.
const NOT_IN_SEGMENT = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]+/gu;
const NOT_IN_ARGUMENT = /[^A-Za-z0-9\-._~!$'()*+,;=:@/?]+/gu;

/** Decoded path segments and query arguments: the values of Uri-Path and Uri-Query. RFC 7252 §5.10.1. */
export interface PathAndQuery {
  readonly path: string[];
  readonly query: string[];
}

/**
 * Reads an absolute path with an optional query, such as `/a/b%20c?x=1&y`. The empty string and `/` are no segments,
 * a slash at the end is an empty segment, `.` and `..` are resolved. Other characters than RFC 3986 allows are taken as
 * they are. Fails on a fragment, a path that does not start with a slash, a bad percent-encoding, and a segment or
 * argument longer than 255 bytes. RFC 7252 §6.4.
 */
export function parsePath(text: string): Result<PathAndQuery> {
  if (text.includes("#")) return fail(`"${text}" has a fragment, which CoAP does not send; remove it.`);
  const queryAt = text.indexOf("?");
  const rawPath = queryAt < 0 ? text : text.slice(0, queryAt);
  if (rawPath !== "" && !rawPath.startsWith("/")) return fail(`Path "${text}" does not start with a slash; add one.`);
  const path = parseSegments(rawPath);
  if (!path.ok) return path;
  const query = queryAt < 0 ? ok<string[]>([]) : decodeAll(text.slice(queryAt + 1).split("&"));
  return query.ok ? ok({ path: path.value, query: query.value }) : query;
}

/**
 * Path with an optional query from decoded values, percent-encoded; no segments are `/`. RFC 7252 §6.5. A single empty
 * segment also gives `/`, and segments `.` and `..`, which §5.10.1 forbids, do not survive {@link parsePath}.
 */
export function formatPath(segments: readonly string[], query: readonly string[] = []): string {
  let text = segments.length === 0 ? "/" : "";
  for (const segment of segments) text += `/${percentEncode(segment, NOT_IN_SEGMENT)}`;
  query.forEach((argument, index) => {
    text += (index === 0 ? "?" : "&") + percentEncode(argument, NOT_IN_ARGUMENT);
  });
  return text;
}

function parseSegments(rawPath: string): Result<string[]> {
  if (rawPath === "" || rawPath === "/") return ok([]); // RFC 7252 §6.4 step 8
  const decoded = decodeAll(rawPath.slice(1).split("/"));
  return decoded.ok ? ok(removeDotSegments(decoded.value)) : decoded;
}

function decodeAll(parts: readonly string[]): Result<string[]> {
  const values: string[] = [];
  for (const part of parts) {
    const decoded = percentDecode(part);
    if (!decoded.ok) return decoded;
    if (isTooLong(decoded.value)) return fail(`"${part}" exceeds ${MAX_VALUE_BYTES} bytes; no option can carry it.`);
    values.push(decoded.value);
  }
  return ok(values);
}

function isTooLong(value: string): boolean {
  return value.length * 3 > MAX_VALUE_BYTES && utf8Length(value) > MAX_VALUE_BYTES;
}

/** RFC 3986 §5.2.4, over decoded segments so that `%2E%2E` cannot hide from it (RFC 7252 §5.10.1 forbids the value). */
function removeDotSegments(segments: readonly string[]): string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === "." || last === "..") kept.push("");
  return kept.length === 1 && kept[0] === "" ? [] : kept;
}
