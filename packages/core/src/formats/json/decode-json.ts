import { fail, ok, type Result } from "@coapkit/protocol";
import { type ForbiddenKeyPolicy, findForbiddenKey, parseWithoutForbiddenKeys } from "./forbidden-keys.js";
import { isNestedDeeperThan } from "./nesting.js";
import { syntaxErrorOffset } from "./syntax-error-offset.js";

/** How JSON text is read. */
export interface DecodeJsonOptions {
  /** Levels of arrays and objects in each other; a scalar has none. */
  readonly maxDepth: number;
  /** What happens to keys that could reach a prototype. */
  readonly forbiddenKeys: ForbiddenKeyPolicy;
}

/** RFC 8259 §8.1: JSON text is UTF-8; a byte order mark is left to the parser, which skips one. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads JSON text that a peer sent. Every way to fail is a result whose reason is short and repeats no more than one
 * character. RFC 8259.
 */
export function decodeJson(payload: Uint8Array, { maxDepth, forbiddenKeys }: DecodeJsonOptions): Result<unknown> {
  if (payload.length === 0) return fail("the payload is empty, JSON text was expected");
  // Before parsing: nothing of a body that is refused anyway is built, and no later recursion can overflow on it.
  if (isNestedDeeperThan(payload, maxDepth)) return fail(`JSON nested deeper than ${maxDepth} levels`);
  const text = textOf(payload);
  if (text === undefined) return fail("the payload is not UTF-8");
  try {
    return ok(parseWithoutForbiddenKeys(text, forbiddenKeys));
  } catch {
    const key = findForbiddenKey(text);
    return fail(key === undefined ? describeSyntaxError(payload) : `forbidden key ${key}`);
  }
}

function textOf(payload: Uint8Array): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

/** Not the engine's own message: that differs between versions of V8, repeats the input and may lack the position. */
function describeSyntaxError(payload: Uint8Array): string {
  const offset = syntaxErrorOffset(payload);
  if (offset === undefined) return "malformed JSON";
  const byte = payload[offset];
  if (byte === undefined) return `malformed JSON: unexpected end at byte ${offset}`;
  const found =
    byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `0x${byte.toString(16).padStart(2, "0")}`;
  return `malformed JSON: unexpected ${found} at byte ${offset}`;
}
