import { decodeCbor, type Result } from "@coapkit/core";

/** Levels of arrays, maps and tags in each other that a token may have. */
const MAX_DEPTH = 16;

/** An item with a tag; what it means is up to whoever reads it. */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly content: unknown,
  ) {}
}

/** One CBOR item that a token holds, or is. */
export function readCbor(bytes: Uint8Array): Result<unknown> {
  const read = decodeCbor(bytes, { maxDepth: MAX_DEPTH, tagged: (tag, content) => new Tagged(tag, content) });
  return read.ok ? read : { ok: false, reason: "malformed CBOR" };
}

/** A CBOR map, whatever its keys are; `undefined` for any other item. */
export function asMap(item: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (item instanceof Map) return item;
  const isRecord = typeof item === "object" && item !== null && Object.getPrototypeOf(item) === Object.prototype;
  return isRecord ? new Map<unknown, unknown>(Object.entries(item)) : undefined;
}
