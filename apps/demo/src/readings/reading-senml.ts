import type { ResolvedRecord, SenmlReading } from "@coapkit/plugin-senml";
import type { Reading } from "./reading-schema.js";

/** A reading as SenML has it. RFC 8428 §4. */
export function toSenml({ sensor, value, unit, at }: Reading): SenmlReading {
  return { name: sensor, value, unit, time: Date.parse(at) / 1000 };
}

/** What a device says in the records of a pack; the schema checks it like any other payload. */
export function fromSenml(records: readonly ResolvedRecord[]): unknown[] {
  return records.map(({ n, u, t, v }) => ({
    sensor: n,
    unit: u,
    value: v,
    at: t === undefined ? undefined : new Date(t * 1000),
  }));
}
