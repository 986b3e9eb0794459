/** A record of a pack, by the labels of RFC 8428 §4.3. At most one of `v`, `vs`, `vb` and `vd` is there. */
export interface SenmlRecord {
  /** Base name: goes before the names of this record and those after it. */
  readonly bn?: string | undefined;
  /** Base time in seconds: is added to times. */
  readonly bt?: number | undefined;
  /** Base unit: of records without a unit. */
  readonly bu?: string | undefined;
  /** Base value: is added to numeric values. */
  readonly bv?: number | undefined;
  /** Base sum: is added to sums. */
  readonly bs?: number | undefined;
  /** Version, a positive integer; 10 where it is absent. */
  readonly bver?: number | undefined;
  /** Name of the sensor or parameter. */
  readonly n?: string | undefined;
  /** Unit, RFC 8428 §12.1. */
  readonly u?: string | undefined;
  /** Time in seconds: since 1970 from 2^28 on, below relative to now. */
  readonly t?: number | undefined;
  /** Longest time in seconds until the sensor gives another reading. */
  readonly ut?: number | undefined;
  /** A number. */
  readonly v?: number | undefined;
  /** A text. */
  readonly vs?: string | undefined;
  /** A boolean. */
  readonly vb?: boolean | undefined;
  /** Bytes. */
  readonly vd?: Uint8Array | undefined;
  /** Integral of the values over time, in the unit times seconds. */
  readonly s?: number | undefined;
}

/** Records in their order: base fields hold until a later record has the same. RFC 8428 §4. */
export type SenmlPack = readonly SenmlRecord[];

/** A record that says everything itself: no base field but a version other than 10. RFC 8428 §4.6. */
export interface ResolvedRecord extends Omit<SenmlRecord, "bn" | "bt" | "bu" | "bv" | "bs"> {
  readonly n: string;
}

/** A record while it is put together. */
export type MutableRecord = { -readonly [K in keyof SenmlRecord]: SenmlRecord[K] };
