// A table: the fields of RFC 8428, in the order in which records are written.

/** What a field holds. */
export type FieldKind = "text" | "number" | "integer" | "boolean" | "bytes";

/** Label, CBOR label and type of a field. RFC 8428 Table 1 and Table 4. */
export interface Field {
  readonly label: Label;
  readonly cborLabel: number;
  readonly kind: FieldKind;
}

/** Label of a base field. RFC 8428 §4.1. */
export type BaseLabel = "bn" | "bt" | "bu" | "bv" | "bs" | "bver";
/** Label of a value field; a record has at most one. RFC 8428 §4.2. */
export type ValueLabel = "v" | "vs" | "vb" | "vd";
/** Label of any field. */
export type Label = BaseLabel | ValueLabel | "n" | "u" | "t" | "ut" | "s";

export const FIELDS: readonly Field[] = [
  { label: "bn", cborLabel: -2, kind: "text" },
  { label: "bt", cborLabel: -3, kind: "number" },
  { label: "bu", cborLabel: -4, kind: "text" },
  { label: "bv", cborLabel: -5, kind: "number" },
  { label: "bs", cborLabel: -6, kind: "number" },
  { label: "bver", cborLabel: -1, kind: "integer" },
  { label: "n", cborLabel: 0, kind: "text" },
  { label: "u", cborLabel: 1, kind: "text" },
  { label: "t", cborLabel: 6, kind: "number" },
  { label: "ut", cborLabel: 7, kind: "number" },
  { label: "v", cborLabel: 2, kind: "number" },
  { label: "vs", cborLabel: 3, kind: "text" },
  { label: "vb", cborLabel: 4, kind: "boolean" },
  { label: "vd", cborLabel: 8, kind: "bytes" },
  { label: "s", cborLabel: 5, kind: "number" },
];

/** Labels of the value fields. */
export const VALUE_LABELS: readonly ValueLabel[] = ["v", "vs", "vb", "vd"];

const BY_LABEL: ReadonlyMap<unknown, Field> = new Map(FIELDS.map((field) => [field.label, field]));
const BY_CBOR_LABEL: ReadonlyMap<unknown, Field> = new Map(FIELDS.map((field) => [field.cborLabel, field]));

/** The field of a label, or `undefined` for one that RFC 8428 does not define. */
export function fieldOf(label: unknown): Field | undefined {
  return BY_LABEL.get(label);
}

/** The field of an integer label, or `undefined`. */
export function fieldOfCborLabel(cborLabel: unknown): Field | undefined {
  return BY_CBOR_LABEL.get(cborLabel);
}
