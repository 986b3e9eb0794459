import { decodeCbor, type Result } from "@coapkit/core";
import { encode, rfc8949EncodeOptions } from "cborg";
import type { EncodeOptions } from "cborg/interface";
import { CborFloat } from "./cbor-float.js";
import { DecimalFraction } from "./decimal-fraction.js";
import { FIELDS, fieldOf, fieldOfCborLabel } from "./fields.js";
import { readPack } from "./read-pack.js";
import { positiveInteger, type WireValues } from "./read-record.js";
import { refuse } from "./refuse.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";

/** A pack has two levels, a decimal fraction two more; the others are for fields that are not known here. */
const CBOR_OPTIONS = {
  maxDepth: 8,
  tagged: DecimalFraction.orUnknown,
  float: (value: number) => new CborFloat(value),
};
/** Fields in the order of the RFC's own example, which is not that of their labels. RFC 8428 §6. */
const ENCODE_OPTIONS: EncodeOptions = Object.freeze({ ...rfc8949EncodeOptions, mapSorter: () => 0 });

const cborValues: WireValues = {
  fieldOf(label) {
    if (typeof label === "number") return { ok: true, value: fieldOfCborLabel(label) ?? "" };
    if (typeof label !== "string") return refuse("a label is neither an integer nor a text");
    const field = fieldOf(label); // RFC 8428 §6: texts are for extensions
    return field === undefined
      ? { ok: true, value: label }
      : refuse(`the label ${label} is ${field.cborLabel} in CBOR`);
  },
  number(value) {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof CborFloat) return value.value;
    if (value instanceof DecimalFraction) return value.toNumber();
    return typeof value === "number" ? value : undefined;
  },
  integer: positiveInteger, // RFC 8428 §6: neither a float nor a decimal fraction
  bytes: (value) => (value instanceof Uint8Array ? value : undefined),
};

/** Reads a pack from CBOR. RFC 8428 §6. */
export function decodeCborPack(payload: Uint8Array, maxRecords: number): Result<SenmlPack> {
  const decoded = decodeCbor(payload, CBOR_OPTIONS);
  return decoded.ok ? readPack(decoded.value, cborValues, maxRecords) : decoded;
}

/** CBOR of a pack: integer labels, definite lengths, shortest forms. RFC 8428 §6. */
export function encodeCborPack(pack: SenmlPack): Uint8Array {
  return encode(pack.map(toCbor), ENCODE_OPTIONS);
}

function toCbor(record: SenmlRecord): Map<number, unknown> {
  return new Map(
    FIELDS.map(({ label, cborLabel }) => [cborLabel, record[label]] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
