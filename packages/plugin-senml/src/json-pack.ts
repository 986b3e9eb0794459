import { decodeJson, type Result } from "@coapkit/core";
import { FIELDS, fieldOf } from "./fields.js";
import { readPack } from "./read-pack.js";
import { positiveInteger, type WireValues } from "./read-record.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";

/** A pack has two levels; the others are for values of fields that are not known here. */
const JSON_OPTIONS = { maxDepth: 8, forbiddenKeys: "refuse" } as const;
const BASE64URL = /^[\w-]*$/;

const jsonValues: WireValues = {
  fieldOf: (label) => ({ ok: true, value: fieldOf(label) ?? String(label) }),
  number: (value) => (typeof value === "number" ? value : undefined),
  integer: positiveInteger,
  bytes: (value) => (typeof value === "string" ? bytesOf(value) : undefined),
};

/** Reads a pack from JSON text. RFC 8428 §5. */
export function decodeJsonPack(payload: Uint8Array, maxRecords: number): Result<SenmlPack> {
  const decoded = decodeJson(payload, JSON_OPTIONS);
  return decoded.ok ? readPack(decoded.value, jsonValues, maxRecords) : decoded;
}

/** JSON text of a pack. RFC 8428 §5. */
export function encodeJsonPack(pack: SenmlPack): string {
  return JSON.stringify(pack.map(toJson));
}

function toJson(record: SenmlRecord): Record<string, unknown> {
  const fields = FIELDS.map(({ label }) => [label, record[label]] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    fields.map(([label, value]) => [label, value instanceof Uint8Array ? textOf(value) : value]),
  );
}

/** RFC 4648 §5 without padding. */
function bytesOf(text: string): Uint8Array | undefined {
  if (!BASE64URL.test(text) || text.length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(text, "base64url"));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}
