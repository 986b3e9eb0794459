import type { Result } from "@coapkit/core";
import { convertUnits, type UnitPolicy } from "./convert-units.js";
import { groupsOf, readingOf } from "./reading.js";
import { resolvePack } from "./resolve-pack.js";
import type { DecodeShape, SenmlMapping } from "./senml-mapping.js";
import type { ResolvedRecord, SenmlPack } from "./senml-record.js";

/** All that decides how packs are read and written: options of the plugin, with the route's in front. */
export interface SenmlSettings extends Omit<SenmlMapping, "decodeAs"> {
  /** What the handler gets where there is no `fromSenml`. */
  readonly decodeAs: DecodeShape;
  /** Whether times become absolute and order chronological, as resolved records have them. RFC 8428 §4.6. */
  readonly times: "absolute" | "asSent";
  /** What happens to units. */
  readonly units: UnitPolicy;
  /** Whether packs of several records get base fields. */
  readonly compact: boolean;
  /** Most records of a payload. */
  readonly maxRecords: number;
  /** Longest name in characters, base name included. */
  readonly maxNameLength: number;
  /** Milliseconds since 1970, like `Date.now`: what relative times are relative to. */
  readonly nowMs: () => number;
}

const MS_PER_S = 1000;

/** The resolved records of a pack, in the shape that the handler wants. */
export function readPackAs(pack: SenmlPack, settings: SenmlSettings): Result<unknown> {
  const { times, nowMs, maxNameLength, units } = settings;
  const nowS = times === "absolute" ? nowMs() / MS_PER_S : undefined;
  const resolved = resolvePack(pack, { nowS, maxNameLength });
  if (!resolved.ok) return resolved;
  const converted = convertUnits(resolved.value, units);
  return converted.ok ? { ok: true, value: shape(converted.value, settings) } : converted;
}

function shape(records: readonly ResolvedRecord[], settings: SenmlSettings): unknown {
  if (settings.fromSenml !== undefined) return settings.fromSenml(records);
  if (settings.decodeAs === "groups") return groupsOf(records);
  return settings.decodeAs === "readings" ? records.map(readingOf) : records;
}
