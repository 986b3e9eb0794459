import { Reply } from "@coapkit/core";

/** What conditions look at: a number, a boolean, or `undefined` where a representation is neither. */
export type SampledValue = number | boolean | undefined;

/** Finds the value of what a handler returned, before it is encoded. */
export type ValueFrom = (result: unknown) => SampledValue;

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * The value of a number, a boolean, a text that is one, an object with `value`, a SenML record or the first record of a
 * pack that has `v` or `vb` (RFC 8428 §4.3), and of a reply with any of these.
 */
export const sampledValue: ValueFrom = (result) => {
  const found = result instanceof Reply ? result.payload : result;
  return scalar(found) ?? ofRecord(firstRecord(found));
};

function scalar(value: unknown): SampledValue {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" ? ofText(value) : undefined;
}

function ofText(text: string): SampledValue {
  if (text === "true" || text === "false") return text === "true";
  return NUMBER.test(text) ? scalar(Number(text)) : undefined;
}

function firstRecord(value: unknown): unknown {
  return Array.isArray(value) ? value.find((record) => ofRecord(record) !== undefined) : value;
}

function ofRecord(record: unknown): SampledValue {
  if (typeof record !== "object" || record === null) return undefined;
  const { value, v, vb, bv } = record as Readonly<Record<"value" | "v" | "vb" | "bv", unknown>>;
  if (typeof v === "number") return scalar(v + (typeof bv === "number" ? bv : 0));
  return typeof vb === "boolean" ? vb : scalar(value);
}
