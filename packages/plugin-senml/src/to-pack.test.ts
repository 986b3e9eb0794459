import { describe, expect, it } from "vitest";
import { toPack } from "./to-pack.js";

const packed = (...records: object[]) => ({ ok: true, value: records });

describe("toPack", () => {
  it.each<[string, unknown, object]>([
    ["a number", 21.5, { v: 21.5 }],
    ["a text", "on", { vs: "on" }],
    ["a boolean", false, { vb: false }],
    ["bytes", Uint8Array.of(1), { vd: Uint8Array.of(1) }],
  ])("takes a reading of %s", (_, value, field) => {
    expect(toPack({ name: "a", value })).toEqual(packed({ n: "a", ...field }));
  });

  it("takes words for labels, and labels before words", () => {
    const reading = { name: "a", unit: "V", time: 1, updateTime: 2, sum: 3, value: 4 };
    expect(toPack(reading)).toEqual(packed({ n: "a", u: "V", t: 1, ut: 2, s: 3, v: 4 }));
    const record = { n: "b", u: "A", t: 5, ut: 6, s: 7, vs: "x" };
    expect(toPack([{ ...reading, ...record }])).toEqual(packed(record));
  });

  it("takes dates as times, and packs as they are", () => {
    expect(toPack({ name: "a", value: 1, time: new Date(1500) })).toEqual(packed({ n: "a", v: 1, t: 1.5 }));
    const pack = [{ bn: "a", bt: 1, bu: "V", bv: 2, bs: 3, bver: 10 }, { v: 1 }];
    expect(toPack(pack)).toEqual({ ok: true, value: pack });
  });

  it("leaves out what is null or undefined, and what SenML has no field for", () => {
    const row = { id: 7, name: "a", value: 1, unit: null, time: undefined, room: { name: "b" }, q_: 1 };
    expect(toPack(row)).toEqual(packed({ n: "a", v: 1 }));
  });

  it.each<[unknown, string]>([
    [[], "a SenML pack has one record at least"],
    [1, "record 1: neither a record nor a reading"],
    [[{ n: "a", v: 1 }, null], "record 2: neither a record nor a reading"],
    [[[]], "record 1: neither a record nor a reading"],
    [{ name: 1, value: 1 }, "record 1: n is not a text"],
    [{ name: "a", value: Number.NaN }, "record 1: v is not a finite number"],
    [{ name: "a", value: [1] }, "record 1: v is not a finite number"],
    [{ name: "a", value: 1, time: "2026-01-31" }, "record 1: t is not a finite number"],
    [{ name: "a", value: 1, time: new Date(Number.NaN) }, "record 1: t is not a finite number"],
  ])("refuses %j", (value, reason) => {
    expect(toPack(value)).toEqual({ ok: false, reason });
  });
});
