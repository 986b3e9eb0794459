import type { MutableRecord, SenmlPack, SenmlRecord } from "./senml-record.js";

const BASE_LABELS = ["bn", "bt", "bu", "bv", "bs"] as const;

/**
 * The same pack with a base name, base time and base unit where all records share a part of theirs. Order stays, and so
 * do packs of one record or with base fields of their own. RFC 8428 §4.1.
 */
export function compactPack(pack: SenmlPack): SenmlPack {
  const [first] = pack;
  if (first === undefined || pack.length === 1 || hasBaseFields(pack)) return pack;
  const bn = commonPrefix(pack.map(({ n = "" }) => n));
  const bu = commonUnit(pack);
  const bt = baseTime(pack);
  const base = { ...(bn !== "" && { bn }), ...(bt !== undefined && { bt }), ...(bu !== undefined && { bu }) };
  return pack.map((record, index) => ({ ...(index === 0 ? base : {}), ...without(record, bn, bu, bt) }));
}

/** Whether a pack is somebody's own compaction. */
export function hasBaseFields(pack: SenmlPack): boolean {
  return pack.some((record) => BASE_LABELS.some((label) => record[label] !== undefined));
}

function without(record: SenmlRecord, bn: string, bu: string | undefined, bt: number | undefined): SenmlRecord {
  const rest: MutableRecord = { ...record };
  if (rest.n !== undefined) rest.n = rest.n.slice(bn.length);
  if (rest.n === "") delete rest.n;
  if (bu !== undefined && rest.u === bu) delete rest.u;
  if (bt === undefined) return rest;
  if (rest.t === bt) delete rest.t;
  else rest.t = (rest.t as number) - bt;
  return rest;
}

function commonPrefix(names: readonly string[]): string {
  const [first = ""] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** The first unit, where every record has one: a base unit would be that of a record without. RFC 8428 §4.5.2. */
function commonUnit(pack: SenmlPack): string | undefined {
  const unit = pack[0]?.u;
  const isUseful = pack.every(({ u }) => u !== undefined) && pack.some(({ u }, index) => index > 0 && u === unit);
  return isUseful ? unit : undefined;
}

/** The first time, where every record has one, and all can be restored exactly. */
function baseTime(pack: SenmlPack): number | undefined {
  const base = pack[0]?.t;
  if (base === undefined) return undefined;
  const isExact = pack.every(({ t }) => t !== undefined && base + (t - base) === t);
  return isExact ? base : undefined;
}
