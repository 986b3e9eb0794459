import { CoapError, Code, type OptionsSchema, type Result } from "@coapkit/core";
import { type JsonPatchOperation, readOperations } from "./json-patch-operation.js";
import type { PatchLimits } from "./patch-limits.js";
import { copyOfDocument, validDocument } from "./patch-target.js";
import { PatchedDocument } from "./patched-document.js";
import { WriteBudget } from "./write-budget.js";

/** A JSON Patch, Content-Format 51: operations, to be applied all or none. It is not idempotent. RFC 6902. */
export class JsonPatch {
  readonly operations: readonly JsonPatchOperation[];
  readonly #value: unknown;
  readonly #limits: PatchLimits;

  private constructor(value: unknown, operations: readonly JsonPatchOperation[], limits: PatchLimits) {
    this.operations = operations;
    this.#value = value;
    this.#limits = limits;
  }

  /** A patch of a JSON value; fails where that is none. */
  static read(value: unknown, limits: PatchLimits): Result<JsonPatch> {
    const operations = readOperations(value);
    return operations.ok ? { ok: true, value: new JsonPatch(value, operations.value, limits) } : operations;
  }

  /**
   * The patched document, checked where a schema is given; the one passed in stays as it is.
   * @throws CoapError 4.04 without a document, 4.09 for a location that does not exist or an invalid outcome, 4.22 for a
   * failed test and what else cannot be done, 4.13 for a patch beyond the limits. RFC 8132 §3.4.
   */
  apply(document: unknown): unknown;
  apply<T>(document: unknown, schema: OptionsSchema<unknown, T>): T;
  apply<T>(document: unknown, schema?: OptionsSchema<unknown, T>): unknown {
    const { maxPatchOperations } = this.#limits;
    if (this.operations.length > maxPatchOperations) {
      throw new CoapError(Code.RequestEntityTooLarge, `The patch has more than ${maxPatchOperations} operations.`);
    }
    const patched = new PatchedDocument(copyOfDocument(document), new WriteBudget(this.#limits));
    for (const operation of this.operations) patched.run(operation);
    return schema === undefined ? patched.root : validDocument(patched.root, schema);
  }

  /** The patch as it was sent. */
  toJSON(): unknown {
    return this.#value;
  }
}
