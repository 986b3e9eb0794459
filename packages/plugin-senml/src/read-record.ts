import type { Result } from "@coapkit/core";
import { type Field, type FieldKind, fieldOf } from "./fields.js";
import { quoted, refuseRecord } from "./refuse.js";
import type { MutableRecord, SenmlRecord } from "./senml-record.js";

/** How one representation writes values. */
export interface WireValues {
  /** The field of a label as it stands in the payload; a text for what the format does not know, and may be ignored. */
  fieldOf(label: unknown): Result<Field | string>;
  /** A number, or `undefined` where the value is none. */
  number(value: unknown): number | undefined;
  /** A positive integer, or `undefined` where the value is none. */
  integer(value: unknown): number | undefined;
  /** Bytes, or `undefined` where the value is none. */
  bytes(value: unknown): Uint8Array | undefined;
}

/** Labels whose field a reader has to understand. RFC 8428 §4.4. */
const MANDATORY = "_";
const WANTED: Readonly<Record<FieldKind, string>> = {
  text: "a text",
  number: "a finite number",
  integer: "a positive integer",
  boolean: "true or false",
  bytes: "bytes",
};

/** Checks labels and types of a record, and leaves out what RFC 8428 does not define. */
export function readRecord(
  fields: Iterable<readonly [unknown, unknown]>,
  wire: WireValues,
  position: number,
): Result<SenmlRecord> {
  const record: MutableRecord = {};
  for (const [label, wireValue] of fields) {
    const field = wire.fieldOf(label);
    if (!field.ok) return refuseRecord(position, field.reason);
    if (typeof field.value === "string") {
      if (!field.value.endsWith(MANDATORY)) continue; // RFC 8428 §4.4: unknown fields are ignored
      return refuseRecord(position, `the field ${quoted(field.value)} has to be understood, and is not known here`);
    }
    const { kind, label: name } = field.value;
    const value = typedValue(kind, wireValue, wire);
    if (value === undefined) return refuseRecord(position, `${name} is not ${WANTED[kind]}`);
    Object.assign(record, { [name]: value });
  }
  return { ok: true, value: record };
}

function typedValue(kind: FieldKind, value: unknown, wire: WireValues): unknown {
  if (kind === "bytes") return wire.bytes(value);
  if (kind === "integer") return wire.integer(value);
  if (kind === "number") {
    const number = wire.number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  const isRight = kind === "text" ? typeof value === "string" : typeof value === "boolean";
  return isRight ? value : undefined;
}

/** A number of JavaScript that is a positive integer, or `undefined`. */
export function positiveInteger(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** Values of JavaScript, as handlers return them. */
export const nativeValues: WireValues = {
  fieldOf: (label) => ({ ok: true, value: fieldOf(label) ?? "" }),
  number: (value) => (typeof value === "number" ? value : undefined),
  integer: positiveInteger,
  bytes: (value) => (value instanceof Uint8Array ? value : undefined),
};
