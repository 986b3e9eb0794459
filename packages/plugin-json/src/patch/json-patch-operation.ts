import type { Result } from "@coapkit/core";
import { forbiddenToken, isBelow, type JsonPointer, parsePointer } from "./json-pointer.js";

/** One operation of a JSON Patch, with its pointers parsed. RFC 6902 §4. */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: JsonPointer; readonly value: unknown }
  | { readonly op: "remove"; readonly path: JsonPointer }
  | { readonly op: "move" | "copy"; readonly path: JsonPointer; readonly from: JsonPointer };

/** Reads the operations of a JSON Patch; members that RFC 6902 does not define are ignored. RFC 6902 §3, §4. */
export function readOperations(value: unknown): Result<JsonPatchOperation[]> {
  if (!Array.isArray(value)) return { ok: false, reason: "a JSON Patch is an array of operations" };
  const operations: JsonPatchOperation[] = [];
  for (const item of value) {
    const operation = readOperation(item);
    if (typeof operation === "string") return { ok: false, reason: `operation ${operations.length + 1}: ${operation}` };
    operations.push(operation);
  }
  return { ok: true, value: operations };
}

/** The operation, or what is wrong with it. */
function readOperation(item: unknown): JsonPatchOperation | string {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return "not an object";
  const { op, value } = item as { readonly op?: unknown; readonly value?: unknown };
  const path = readPointer(item, "path");
  if (typeof path === "string") return path;
  switch (op) {
    case "remove":
      return { op, path };
    case "add":
    case "replace":
    case "test":
      return Object.hasOwn(item, "value") ? { op, path, value } : `${op} without a value`;
    case "move":
    case "copy":
      return readTransfer(op, path, readPointer(item, "from"));
    default:
      return "op is none of add, remove, replace, move, copy, test";
  }
}

function readTransfer(op: "move" | "copy", path: JsonPointer, from: JsonPointer | string): JsonPatchOperation | string {
  if (typeof from === "string") return from;
  if (op === "move" && isBelow(path, from)) return "nothing can be moved into itself"; // RFC 6902 §4.4
  return { op, path, from };
}

function readPointer(item: object, member: "path" | "from"): JsonPointer | string {
  const pointer = parsePointer((item as Record<typeof member, unknown>)[member]);
  if (pointer === undefined) return `${member} is not a JSON Pointer`;
  const forbidden = forbiddenToken(pointer);
  return forbidden === undefined ? pointer : `forbidden key ${forbidden} in ${member}`;
}
