import { describe, expect, it } from "vitest";
import { convertUnit } from "./convert-units.js";
import { isPrimaryUnit, secondaryUnit } from "./units.js";

describe("units", () => {
  it.each(["Cel", "%RH", "/", "%", "1/s", "m/s2", "VA", "kg/m3", "deg"])("%s is primary", (unit) => {
    expect([isPrimaryUnit(unit), secondaryUnit(unit)]).toEqual([true, undefined]);
  });

  it.each(["kWh", "dBm", "/100", "km/h", "ms"])("%s is secondary, of a primary one", (unit) => {
    expect(isPrimaryUnit(unit)).toBe(false);
    expect(isPrimaryUnit(secondaryUnit(unit)?.unit ?? "")).toBe(true);
  });

  it("differ by case", () => {
    expect([isPrimaryUnit("cel"), isPrimaryUnit("toString"), secondaryUnit("KWH")]).toEqual([false, false, undefined]);
  });
});

describe("convertUnit", () => {
  const convert = (u: string, fields: object, policy: "convert" | "registered" | "asSent" = "convert") =>
    convertUnit({ n: "a", u, ...fields }, policy, 1);

  it.each([
    ["ms", 100, "s", 0.1], // the examples of RFC 8798 §3
    ["dBm", 10, "dBW", -20],
    ["kWh", 2, "J", 7_200_000],
    ["/100", 50, "/", 0.5],
    ["Cel", 21, "Cel", 21],
    ["furlong", 1, "furlong", 1],
  ])("%s: %s is, in %s, %s", (u, v, unit, value) => {
    expect(convert(u, { v })).toEqual({ ok: true, value: { n: "a", u: unit, v: value } });
  });

  it("converts sums, but not with an offset, which they would hold an unknown number of times", () => {
    expect(convert("kW", { s: 2 })).toEqual({ ok: true, value: { n: "a", u: "W", s: 2000 } });
    expect(convert("dBm", { s: 2 })).toEqual({ ok: false, reason: "record 1: a sum in dBm cannot be given in dBW" });
  });

  it("refuses what the primary unit has no finite number for", () => {
    const refused = (unit: string, primary: string) => ({
      ok: false,
      reason: `record 1: the value in ${unit} is no finite number of ${primary}`,
    });
    expect(convert("kWh", { v: 1e308 })).toEqual(refused("kWh", "J"));
    expect(convert("kW", { s: -1e308 })).toEqual(refused("kW", "W"));
  });

  it("leaves units alone where told so, and refuses those in no registry where told that", () => {
    expect(convert("kWh", { v: 1 }, "asSent")).toEqual({ ok: true, value: { n: "a", u: "kWh", v: 1 } });
    expect(convert("furlong", { v: 1 }, "registered")).toEqual({
      ok: false,
      reason: 'record 1: the unit "furlong" is not registered',
    });
    expect(convert("kWh", { v: 1 }, "registered").ok).toBe(true);
  });
});
