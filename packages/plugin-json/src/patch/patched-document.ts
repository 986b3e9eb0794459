import { isDeepStrictEqual } from "node:util";
import { CoapError, Code } from "@coapkit/core";
import type { JsonPatchOperation } from "./json-patch-operation.js";
import { describePointer, indexOf, type JsonPointer } from "./json-pointer.js";
import { copyOfDocument } from "./patch-target.js";
import type { WriteBudget } from "./write-budget.js";

type Container = unknown[] | Record<string, unknown>;

/** A document of its own that operations change, one after the other. RFC 6902 §4. */
export class PatchedDocument {
  root: unknown;
  readonly #budget: WriteBudget;

  /** @param root is changed in place */
  constructor(root: unknown, budget: WriteBudget) {
    this.root = root;
    this.#budget = budget;
  }

  /** @throws CoapError 4.09 for a location that does not exist, 4.22 and 4.13 for what else cannot be done */
  run(operation: JsonPatchOperation): void {
    const { path } = operation;
    switch (operation.op) {
      case "add":
        return this.#add(path, operation.value);
      case "remove":
        return this.#remove(path);
      case "replace":
        return this.#replace(path, operation.value);
      case "copy":
        return this.#add(path, this.#get(operation.from));
      case "move":
        return this.#move(operation.from, path);
      case "test":
        return this.#test(path, operation.value);
    }
  }

  #add(path: JsonPointer, value: unknown): void {
    const token = path.at(-1);
    const copy = this.#budget.copy(value, path.length);
    if (token === undefined) {
      this.root = copy;
      return;
    }
    const parent = this.#container(path);
    if (!Array.isArray(parent)) return setMember(parent, token, copy);
    const index = token === "-" ? parent.length : indexOf(token);
    if (index < 0 || index > parent.length) throw missing(path);
    parent.splice(index, 0, copy);
  }

  #remove(path: JsonPointer): void {
    const token = path.at(-1);
    if (token === undefined) throw new CoapError(Code.UnprocessableEntity, "The whole document cannot be removed.");
    this.#get(path);
    const parent = this.#container(path);
    if (Array.isArray(parent)) parent.splice(indexOf(token), 1);
    else delete parent[token];
  }

  #replace(path: JsonPointer, value: unknown): void {
    this.#get(path);
    const token = path.at(-1);
    const copy = this.#budget.copy(value, path.length);
    if (token === undefined) this.root = copy;
    else setMember(this.#container(path), token, copy);
  }

  #move(from: JsonPointer, path: JsonPointer): void {
    const value = this.#get(from);
    if (from.length > 0) this.#remove(from);
    this.#add(path, value);
  }

  #test(path: JsonPointer, value: unknown): void {
    const found = this.#get(path);
    if (isDeepStrictEqual(found, copyOfDocument(value))) return; // RFC 6902 §4.6; a copy has no -0, nor has the document
    throw new CoapError(Code.UnprocessableEntity, `Test failed: ${describePointer(path)} has another value.`);
  }

  /** What holds the last token of a path. */
  #container(path: JsonPointer): Container {
    const parent = this.#get(path.slice(0, -1));
    if (typeof parent !== "object" || parent === null) throw missing(path);
    return parent as Container;
  }

  #get(path: JsonPointer): unknown {
    let value = this.root;
    for (const token of path) {
      if (!hasMember(value, token)) throw missing(path);
      value = (value as Record<string, unknown>)[token];
    }
    return value;
  }
}

function hasMember(value: unknown, token: string): boolean {
  if (Array.isArray(value)) return indexOf(token) >= 0 && indexOf(token) < value.length;
  return typeof value === "object" && value !== null && Object.hasOwn(value, token);
}

/** The one place that writes members; `copy` and `move` could bring together what no pointer and no value holds. */
function setMember(parent: Container, token: string, value: unknown): void {
  const holdsPrototype = typeof value === "object" && value !== null && Object.hasOwn(value, "prototype");
  if (token === "constructor" && holdsPrototype) {
    throw new CoapError(Code.UnprocessableEntity, "Forbidden key constructor.prototype.");
  }
  (parent as Record<string, unknown>)[token] = value;
}

/** RFC 8132 §3.4: a structure that is to be modified does not exist. */
function missing(path: JsonPointer): CoapError {
  return new CoapError(Code.Conflict, `There is no ${describePointer(path)}.`);
}
