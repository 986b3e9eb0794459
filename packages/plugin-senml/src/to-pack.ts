import type { Result } from "@coapkit/core";
import { FIELDS, type Label, VALUE_LABELS, type ValueLabel } from "./fields.js";
import { nativeValues, readRecord } from "./read-record.js";
import { refuse, refuseRecord } from "./refuse.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";

/** The words that a reading may use instead of labels; a label goes before. */
const WORDS: readonly (readonly [word: string, label: Label])[] = [
  ["name", "n"],
  ["unit", "u"],
  ["time", "t"],
  ["updateTime", "ut"],
  ["sum", "s"],
];
const MS_PER_S = 1000;

/**
 * A pack of what a handler returned: a record or reading, or a list of them. Other members are left out, as are those
 * that are `undefined` or `null`.
 */
export function toPack(value: unknown): Result<SenmlPack> {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) return refuse("a SenML pack has one record at least");
  const pack: SenmlRecord[] = [];
  for (const item of items) {
    const position = pack.length + 1;
    if (!isObject(item)) return refuseRecord(position, "neither a record nor a reading");
    const record = readRecord(fieldsOf(item), nativeValues, position);
    if (!record.ok) return record;
    pack.push(record.value);
  }
  return { ok: true, value: pack };
}

function fieldsOf(item: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [word, label] of WORDS) setField(fields, label, item[word]);
  for (const { label } of FIELDS) setField(fields, label, item[label]);
  const hasValue = VALUE_LABELS.some((label) => fields.has(label));
  if (!hasValue && item.value !== undefined && item.value !== null) fields.set(labelOf(item.value), item.value);
  return fields;
}

function setField(fields: Map<string, unknown>, label: Label, value: unknown): void {
  if (value !== undefined && value !== null)
    fields.set(label, value instanceof Date ? value.getTime() / MS_PER_S : value);
}

function labelOf(value: unknown): ValueLabel {
  if (typeof value === "string") return "vs";
  if (typeof value === "boolean") return "vb";
  return value instanceof Uint8Array ? "vd" : "v";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
