import type { Result } from "@coapkit/core";
import { readRecord, type WireValues } from "./read-record.js";
import { refuse, refuseRecord } from "./refuse.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";

/** Checks that a decoded value is an array of records, and each of them. RFC 8428 §5, §11. */
export function readPack(value: unknown, wire: WireValues, maxRecords: number): Result<SenmlPack> {
  if (!Array.isArray(value)) return refuse("a SenML pack is an array of records");
  if (value.length === 0) return refuse("a SenML pack has one record at least");
  if (value.length > maxRecords) return refuse(`the pack has more than ${maxRecords} records`);
  const pack: SenmlRecord[] = [];
  for (const item of value) {
    const fields = fieldsOf(item);
    if (fields === undefined) return refuseRecord(pack.length + 1, "not a map of fields");
    const record = readRecord(fields, wire, pack.length + 1);
    if (!record.ok) return record;
    pack.push(record.value);
  }
  return { ok: true, value: pack };
}

function fieldsOf(item: unknown): Iterable<readonly [unknown, unknown]> | undefined {
  if (item instanceof Map) return item;
  const isObject = typeof item === "object" && item !== null && Object.getPrototypeOf(item) === Object.prototype;
  return isObject ? Object.entries(item) : undefined;
}
