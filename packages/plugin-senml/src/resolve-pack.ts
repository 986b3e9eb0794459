import type { Result } from "@coapkit/core";
import { VALUE_LABELS } from "./fields.js";
import { quoted, type Refused, refuseRecord } from "./refuse.js";
import type { MutableRecord, ResolvedRecord, SenmlPack, SenmlRecord } from "./senml-record.js";

/** How a pack is resolved. */
export interface ResolveOptions {
  /** Seconds since 1970, for relative times; `undefined` leaves times and order as they were sent. */
  readonly nowS: number | undefined;
  /** Longest name in characters, base name included. */
  readonly maxNameLength: number;
}

/** The version of the format that RFC 8428 defines, and the highest that is understood here. */
export const SENML_VERSION = 10;
/** Times from here on count from 1970, lower ones from now. RFC 8428 §4.5.3. */
const FIRST_ABSOLUTE_S = 2 ** 28;
/** RFC 8428 §4.5.1. */
const NAME = /^[A-Za-z0-9][-:./_A-Za-z0-9]*$/;

type BaseFields = Pick<SenmlRecord, "bn" | "bt" | "bu" | "bv" | "bs">;

/**
 * Applies base fields, makes times absolute and sorts by them. A record of base fields alone only sets them.
 * RFC 8428 §4.6.
 */
export function resolvePack(pack: SenmlPack, options: ResolveOptions): Result<ResolvedRecord[]> {
  const version = versionOf(pack);
  if (!version.ok) return version;
  const resolved: ResolvedRecord[] = [];
  let base: BaseFields = {};
  for (const [index, record] of pack.entries()) {
    const { bn = base.bn, bt = base.bt, bu = base.bu, bv = base.bv, bs = base.bs } = record;
    base = { bn, bt, bu, bv, bs };
    if (isBaseOnly(record)) continue;
    const result = resolveRecord(record, base, index + 1, options);
    if (!result.ok) return result;
    resolved.push(version.value === SENML_VERSION ? result.value : { bver: version.value, ...result.value });
  }
  if (options.nowS !== undefined) resolved.sort((a, b) => (a.t ?? 0) - (b.t ?? 0));
  return { ok: true, value: resolved };
}

/** All records have one version, at most the one understood here. RFC 8428 §4.4. */
function versionOf(pack: SenmlPack): Result<number> {
  let version: number | undefined;
  for (const [index, { bver = version ?? SENML_VERSION }] of pack.entries()) {
    if (!Number.isSafeInteger(bver) || bver < 1) return refuseRecord(index + 1, "bver is not a positive integer");
    if (bver > SENML_VERSION)
      return refuseRecord(index + 1, `version ${bver} is above ${SENML_VERSION}, the last one understood here`);
    if (version !== undefined && bver !== version)
      return refuseRecord(index + 1, `version ${bver} in a pack of version ${version}`);
    version = bver;
  }
  return { ok: true, value: version ?? SENML_VERSION };
}

function isBaseOnly({ n, u, t, ut, v, vs, vb, vd, s, ...base }: SenmlRecord): boolean {
  const isBare = [n, u, t, ut, v, vs, vb, vd, s].every((field) => field === undefined);
  return isBare && Object.keys(base).length > 0 && base.bv === undefined && base.bs === undefined;
}

function resolveRecord(
  record: SenmlRecord,
  base: BaseFields,
  position: number,
  { nowS, maxNameLength }: ResolveOptions,
): Result<ResolvedRecord> {
  const n = (base.bn ?? "") + (record.n ?? "");
  const fault = nameFault(n, maxNameLength);
  if (fault !== undefined) return refuseRecord(position, fault);
  const resolved: MutableRecord & { n: string } = { n };
  const u = record.u ?? base.bu;
  if (u !== undefined) resolved.u = u;
  const t = timeOf(record, base, nowS);
  if (t !== undefined) resolved.t = t;
  if (record.ut !== undefined) resolved.ut = record.ut;
  const refused = addValue(resolved, record, base, position);
  if (refused !== undefined) return refused;
  // RFC 8428 §4.5.3: it could not be told from a relative time, which resolved records do not have.
  if (nowS !== undefined && t !== undefined && t < FIRST_ABSOLUTE_S) {
    return refuseRecord(position, "the time is before 1978-07-04, the first day that SenML has");
  }
  const addsUp = [resolved.t, resolved.v, resolved.s].every((sum) => sum === undefined || Number.isFinite(sum));
  return addsUp ? { ok: true, value: resolved } : refuseRecord(position, "base and field add up to no finite number");
}

function nameFault(name: string, maxLength: number): string | undefined {
  if (name.length === 0) return "there is neither a name nor a base name";
  if (name.length > maxLength) return `the name is longer than ${maxLength} characters`;
  return NAME.test(name) ? undefined : `${quoted(name)} is not a name; see RFC 8428 §4.5.1 for its characters`;
}

/** RFC 8428 §4.5.3: what is missing is zero, and a time below 2^28 is relative to now. */
function timeOf(record: SenmlRecord, base: BaseFields, nowS: number | undefined): number | undefined {
  if (nowS === undefined && record.t === undefined && base.bt === undefined) return undefined;
  const time = (base.bt ?? 0) + (record.t ?? 0);
  return nowS === undefined || time >= FIRST_ABSOLUTE_S ? time : nowS + time;
}

/** RFC 8428 §4.2: exactly one value, or none beside a sum; §4.5.4: base value and base sum are added. */
function addValue(
  resolved: MutableRecord,
  record: SenmlRecord,
  base: BaseFields,
  position: number,
): Refused | undefined {
  const labels = VALUE_LABELS.filter((label) => record[label] !== undefined);
  if (labels.length > 1) return refuseRecord(position, `${labels.join(" and ")} are one value too many`);
  const [label] = labels;
  const hasSum = record.s !== undefined || base.bs !== undefined;
  if (hasSum) resolved.s = (base.bs ?? 0) + (record.s ?? 0);
  if (label !== undefined && label !== "v") Object.assign(resolved, { [label]: record[label] });
  else if (label === "v" || base.bv !== undefined) resolved.v = (base.bv ?? 0) + (record.v ?? 0);
  else if (!hasSum) return refuseRecord(position, "there is no value");
  return undefined;
}
