import type { OptionsSchema } from "@coapkit/core";
import { copyOfDocument, validDocument } from "./patch-target.js";

/** A JSON merge patch, Content-Format 52: what it names is set, what it gives as null is removed. It is idempotent. RFC 7396. */
export class MergePatch {
  /** The patch as it was sent. */
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /**
   * The patched document, checked where a schema is given; the one passed in stays as it is.
   * @throws CoapError 4.04 without a document, 4.09 for an invalid outcome. RFC 8132 §3.4.
   */
  apply(document: unknown): unknown;
  apply<T>(document: unknown, schema: OptionsSchema<unknown, T>): T;
  apply<T>(document: unknown, schema?: OptionsSchema<unknown, T>): unknown {
    const merged = merge(copyOfDocument(document), copyOfDocument(this.value));
    return schema === undefined ? merged : validDocument(merged, schema);
  }

  toJSON(): unknown {
    return this.value;
  }
}

/** RFC 7396 §2, in place; the depth of the recursion is that of the patch, which its decoder has limited. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? target : {};
  for (const [name, value] of Object.entries(patch)) {
    if (name === "__proto__") continue; // no decoder lets it through, but a patch may be made by hand
    if (value === null) delete merged[name];
    else merged[name] = merge(Object.hasOwn(merged, name) ? merged[name] : undefined, value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
