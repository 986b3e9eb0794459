import { fail, ok, type Result } from "@coapkit/protocol";
import type { Conditions } from "./conditions.js";

interface Parameter {
  readonly field: keyof Conditions;
  readonly allowed: string;
  read(text: string | undefined): number | boolean | undefined;
}

/** xs:decimal: no exponent, no infinity. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
/** xs:boolean. */
const BOOLEANS: ReadonlyMap<string | undefined, boolean> = new Map([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
]);

const period = (field: keyof Conditions): Parameter => ({
  field,
  allowed: "a number of seconds above 0",
  read: (text) => times1000(positive(text)),
});
const limit = (field: keyof Conditions): Parameter => ({ field, allowed: "a decimal number", read: decimal });
const flag = (field: keyof Conditions): Parameter => ({ field, allowed: "0 or 1", read: (text) => BOOLEANS.get(text) });

/** draft-ietf-core-conditional-attributes-12 §3.6, §3.7. */
const PARAMETERS: ReadonlyMap<string, Parameter> = new Map([
  ["c.pmin", period("pminMs")],
  ["c.pmax", period("pmaxMs")],
  ["c.epmin", period("epminMs")],
  ["c.epmax", period("epmaxMs")],
  ["c.con", flag("con")],
  ["c.gt", limit("gt")],
  ["c.lt", limit("lt")],
  ["c.st", { field: "st", allowed: "a decimal number above 0", read: positive }],
  ["c.band", { field: "band", allowed: "no value", read: (text) => (text === undefined ? true : undefined) }],
  ["c.edge", flag("edge")],
]);

/** Whether an item of a query, `name=value` or a name alone, is a conditional query parameter. */
export function isConditional(item: string): boolean {
  return PARAMETERS.has(split(item).name);
}

/** Reads the conditions in the items of a query; `undefined` where there are none. The reason of a failure goes to the client. */
export function parseConditions(items: Iterable<string>): Result<Conditions | undefined> {
  const found: Partial<Record<keyof Conditions, number | boolean>> = {};
  for (const item of items) {
    const { name, value: text } = split(item);
    const parameter = PARAMETERS.get(name);
    if (parameter === undefined) continue;
    if (found[parameter.field] !== undefined) return fail(`${name} occurs twice.`);
    const value = parameter.read(text);
    if (value === undefined) return fail(`${name} takes ${parameter.allowed}.`);
    found[parameter.field] = value;
  }
  if (Object.keys(found).length === 0) return ok(undefined);
  const conditions = found as Conditions;
  const contradiction = findContradiction(conditions);
  return contradiction === undefined ? ok(Object.freeze(conditions)) : fail(contradiction);
}

function findContradiction({ pminMs, pmaxMs, epminMs, epmaxMs, gt, lt, band }: Conditions): string | undefined {
  if (pminMs !== undefined && pmaxMs !== undefined && pmaxMs < pminMs) return "c.pmax is less than c.pmin.";
  if (epminMs !== undefined && epmaxMs !== undefined && epmaxMs <= epminMs)
    return "c.epmax has to be greater than c.epmin.";
  if (band !== true) return undefined;
  if (gt === undefined && lt === undefined) return "c.band needs c.gt, c.lt or both.";
  return gt === lt ? "c.band needs c.gt and c.lt to differ." : undefined;
}

function split(item: string): { readonly name: string; readonly value: string | undefined } {
  const at = item.indexOf("=");
  return at < 0 ? { name: item, value: undefined } : { name: item.slice(0, at), value: item.slice(at + 1) };
}

function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function positive(text: string | undefined): number | undefined {
  const value = decimal(text);
  return value !== undefined && value > 0 ? value : undefined;
}

function times1000(seconds: number | undefined): number | undefined {
  return seconds === undefined || !Number.isFinite(seconds * 1000) ? undefined : seconds * 1000;
}
