import { CoapError, Code, type OptionsSchema } from "@coapkit/core";
import { encodeJson } from "../encode-json.js";

/**
 * The document as a client sees it, and a copy: what JSON makes of it.
 * @throws CoapError 4.04 where there is none (RFC 8132 §3.4), TypeError where JSON cannot represent it
 */
export function copyOfDocument(document: unknown): unknown {
  if (document === undefined) throw new CoapError(Code.NotFound, "There is nothing to patch.");
  return JSON.parse(encodeJson(document));
}

const MAX_ISSUE_LENGTH = 200;

/**
 * What a schema makes of a patched document.
 * @throws CoapError 4.09 where the document has become invalid (RFC 8132 §3.4), TypeError for an asynchronous schema
 */
export function validDocument<T>(document: unknown, schema: OptionsSchema<unknown, T>): T {
  const result = schema["~standard"].validate(document);
  if (result instanceof Promise) throw new TypeError("apply takes a synchronous schema; validate what it returns.");
  if (result.issues === undefined) return result.value;
  const [issue] = result.issues;
  const path = issue?.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  const text = `The patched document is invalid: ${path ? `${path}: ` : ""}${issue?.message}`;
  throw new CoapError(Code.Conflict, text.slice(0, MAX_ISSUE_LENGTH));
}
