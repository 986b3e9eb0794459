import { Code } from "./code.js";

/** Method names to code bytes; iPATCH is spelled `IPATCH`. RFC 7252 §5.8, RFC 8132. */
export const Method = {
  GET: Code.GET,
  POST: Code.POST,
  PUT: Code.PUT,
  DELETE: Code.DELETE,
  FETCH: Code.FETCH,
  PATCH: Code.PATCH,
  IPATCH: Code.IPATCH,
} as const;

/** Name of a method, as a key of {@link Method}. */
export type MethodName = keyof typeof Method;

/** Code byte of a method. */
export type Method = (typeof Method)[MethodName];

const METHOD_NAMES: readonly (MethodName | undefined)[] = [
  undefined,
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "FETCH",
  "PATCH",
  "IPATCH",
];

const SAFE = (1 << Method.GET) | (1 << Method.FETCH);
const IDEMPOTENT = SAFE | (1 << Method.PUT) | (1 << Method.DELETE) | (1 << Method.IPATCH);

/** Name of the method with this code byte; `undefined` for 0.00, for 0.08 and above, and for responses. */
export function methodName(code: number): MethodName | undefined {
  return METHOD_NAMES[code];
}

/** True for GET and FETCH, which only retrieve. RFC 7252 §5.1, RFC 8132 §2. */
export function isSafeMethod(code: number): boolean {
  return code < 8 && ((SAFE >>> code) & 1) === 1;
}

/** True when repeating the request has the effect of sending it once: all but POST and PATCH. RFC 7252 §5.1, RFC 8132. */
export function isIdempotentMethod(code: number): boolean {
  return code < 8 && ((IDEMPOTENT >>> code) & 1) === 1;
}
