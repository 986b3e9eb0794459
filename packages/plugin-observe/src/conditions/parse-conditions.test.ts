import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isConditional, parseConditions } from "./parse-conditions.js";

describe("parseConditions", () => {
  it("reads every parameter of the draft, periods in seconds", () => {
    const items = "c.pmin=0.5 c.pmax=20 c.epmin=.25 c.epmax=2. c.con=1 c.gt=-3.5 c.lt=+7 c.st=0.1 c.band c.edge=false";
    expect(parseConditions(items.split(" "))).toEqual({
      ok: true,
      value: {
        pminMs: 500,
        pmaxMs: 20_000,
        epminMs: 250,
        epmaxMs: 2000,
        con: true,
        gt: -3.5,
        lt: 7,
        st: 0.1,
        band: true,
        edge: false,
      },
    });
  });

  it("leaves everything else alone", () => {
    expect(parseConditions(["unit=C", "c.other=x", "c.GT=1", ""])).toEqual({ ok: true, value: undefined });
    expect(["c.gt=1", "c.band", "c.gtx=1", "gt"].map(isConditional)).toEqual([true, true, false, false]);
  });

  it.each([
    ["c.pmin=0", "c.pmin takes a number of seconds above 0."],
    ["c.pmin=-1", "c.pmin takes"],
    ["c.pmax=0", "c.pmax takes"],
    ["c.epmin=0", "c.epmin takes"],
    ["c.epmax=0", "c.epmax takes"],
    ["c.pmin", "c.pmin takes"],
    ["c.pmin=", "c.pmin takes"],
    ["c.pmin=1e3", "c.pmin takes"],
    [`c.pmin=${"9".repeat(400)}`, "c.pmin takes"],
    ['c.pmin="10"', "c.pmin takes"],
    ["c.st=0", "c.st takes a decimal number above 0."],
    ["c.st=-1", "c.st takes"],
    ["c.gt=hot", "c.gt takes a decimal number."],
    ["c.gt=", "c.gt takes"],
    ["c.lt=Infinity", "c.lt takes"],
    ["c.edge=10", "c.edge takes 0 or 1."],
    ["c.con=yes", "c.con takes 0 or 1."],
    ["c.gt=1&c.band=1", "c.band takes no value."],
    ["c.gt=1&c.band=", "c.band takes no value."],
    ["c.gt=1&c.gt=2", "c.gt occurs twice."],
    ["c.band", "c.band needs c.gt, c.lt or both."],
    ["c.band&c.gt=1&c.lt=1.0", "c.band needs c.gt and c.lt to differ."],
    ["c.pmin=10&c.pmax=9", "c.pmax is less than c.pmin."],
    ["c.epmin=10&c.epmax=10", "c.epmax has to be greater than c.epmin."],
  ])("refuses %s", (query, reason) => {
    const parsed = parseConditions(query.split("&"));
    expect(parsed.ok ? "read" : parsed.reason).toContain(reason);
  });

  it("takes equal c.pmin and c.pmax, and limits in any order without c.band", () => {
    expect(parseConditions(["c.pmin=5", "c.pmax=5", "c.gt=1", "c.lt=1"]).ok).toBe(true);
  });

  it("never throws, whatever the query is", () => {
    const name = fc.constantFrom("c.pmin", "c.pmax", "c.gt", "c.lt", "c.st", "c.band", "c.edge", "c.con", "x");
    const item = fc.oneof(
      fc.string(),
      fc.tuple(name, fc.oneof(fc.string(), fc.double().map(String))).map((pair) => pair.join("=")),
    );
    fc.assert(fc.property(fc.array(item), (items) => typeof parseConditions(items).ok === "boolean"));
  });
});
