import type { ResolvedRecord } from "./senml-record.js";

/** A measurement or parameter in plain words; the README says what else stands for one. */
export interface SenmlReading {
  readonly name: string;
  /** Absent where there is only a sum. */
  readonly value?: number | string | boolean | Uint8Array;
  readonly unit?: string;
  /** Seconds since 1970; below 2^28 relative to now. */
  readonly time?: number;
  /** Integral of the values over time, in the unit times seconds. */
  readonly sum?: number;
  /** Longest time in seconds until there is another reading. */
  readonly updateTime?: number;
}

/** Readings of one name, in their order. */
export interface SenmlGroup {
  readonly name: string;
  readonly readings: readonly SenmlReading[];
}

/** A resolved record as a reading. */
export function readingOf({ n, u, t, ut, v, vs, vb, vd, s }: ResolvedRecord): SenmlReading {
  const value = v ?? vs ?? vb ?? vd;
  return {
    name: n,
    ...(value !== undefined && { value }),
    ...(u !== undefined && { unit: u }),
    ...(t !== undefined && { time: t }),
    ...(s !== undefined && { sum: s }),
    ...(ut !== undefined && { updateTime: ut }),
  };
}

/** Readings by name, in the order in which the names first occur. */
export function groupsOf(records: readonly ResolvedRecord[]): SenmlGroup[] {
  const groups = new Map<string, SenmlReading[]>();
  for (const record of records) {
    const readings = groups.get(record.n) ?? [];
    groups.set(record.n, readings);
    readings.push(readingOf(record));
  }
  return [...groups].map(([name, readings]) => ({ name, readings }));
}
