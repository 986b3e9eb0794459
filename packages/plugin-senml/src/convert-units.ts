import type { Result } from "@coapkit/core";
import { quoted, refuseRecord } from "./refuse.js";
import type { ResolvedRecord, SenmlRecord } from "./senml-record.js";
import { isPrimaryUnit, secondaryUnit } from "./units.js";

/** What happens to units: see the README. */
export type UnitPolicy = "convert" | "registered" | "asSent";

/** Turns a secondary unit into its primary one, together with the value; a pack has primary units only. RFC 8798 §3. */
export function convertUnit<T extends SenmlRecord>(record: T, policy: UnitPolicy, position: number): Result<T> {
  const { u, v, s } = record;
  if (u === undefined || policy === "asSent") return { ok: true, value: record };
  const conversion = secondaryUnit(u);
  if (conversion === undefined) {
    const isKnown = policy !== "registered" || isPrimaryUnit(u);
    return isKnown ? { ok: true, value: record } : refuseRecord(position, `the unit ${quoted(u)} is not registered`);
  }
  const { unit, scale, offset } = conversion;
  // The integral of an offset is not known: it grows with time.
  if (s !== undefined && offset !== 0) return refuseRecord(position, `a sum in ${u} cannot be given in ${unit}`);
  const converted: Pick<SenmlRecord, "u" | "v" | "s"> = {
    u: unit,
    ...(v !== undefined && { v: v * scale + offset }),
    ...(s !== undefined && { s: s * scale }),
  };
  const isRepresentable = [converted.v, converted.s].every((sum) => sum === undefined || Number.isFinite(sum));
  if (!isRepresentable) return refuseRecord(position, `the value in ${u} is no finite number of ${unit}`);
  return { ok: true, value: { ...record, ...converted } };
}

/** `convertUnit` for all records of a resolved pack. */
export function convertUnits(records: readonly ResolvedRecord[], policy: UnitPolicy): Result<ResolvedRecord[]> {
  const converted: ResolvedRecord[] = [];
  for (const record of records) {
    const result = convertUnit(record, policy, converted.length + 1);
    if (!result.ok) return result;
    converted.push(result.value);
  }
  return { ok: true, value: converted };
}
