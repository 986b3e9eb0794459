import type { Result } from "@coapkit/core";
import { compactPack, hasBaseFields } from "./compact-pack.js";
import { convertUnit } from "./convert-units.js";
import type { SenmlSettings } from "./read-pack-as.js";
import { refuse } from "./refuse.js";
import { resolvePack } from "./resolve-pack.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";
import { toPack } from "./to-pack.js";

/** The pack of what a handler returned, checked as strictly as one that a peer sends; or why there is none. */
export function valueToPack(value: unknown, settings: SenmlSettings): Result<SenmlPack> {
  const mapped = settings.toSenml === undefined ? value : settings.toSenml(value);
  if (mapped === undefined) return refuse("toSenml gives nothing for it");
  const pack = toPack(mapped);
  if (!pack.ok) return pack;
  const converted = convertPack(pack.value, settings);
  if (!converted.ok) return converted;
  const named = withBaseName(converted.value, settings);
  const checked = resolvePack(named, { nowS: undefined, maxNameLength: settings.maxNameLength });
  if (!checked.ok) return checked;
  return { ok: true, value: settings.compact ? compactPack(named) : named };
}

/** Units of a pack with base fields are its author's business: base values may be in them. */
function convertPack(pack: SenmlPack, { units }: SenmlSettings): Result<SenmlPack> {
  if (pack.some(({ bu, bv, bs }) => bu !== undefined || bv !== undefined || bs !== undefined))
    return { ok: true, value: pack };
  const converted: SenmlRecord[] = [];
  for (const record of pack) {
    const result = convertUnit(record, units, converted.length + 1);
    if (!result.ok) return result;
    converted.push(result.value);
  }
  return { ok: true, value: converted };
}

function withBaseName(pack: SenmlPack, { baseName, compact }: SenmlSettings): SenmlPack {
  const [first, ...rest] = pack;
  if (first === undefined || baseName === undefined || pack.some(({ bn }) => bn !== undefined)) return pack;
  if (compact && !hasBaseFields(pack)) return pack.map((record) => ({ ...record, n: baseName + (record.n ?? "") }));
  return [{ ...first, bn: baseName }, ...rest];
}
