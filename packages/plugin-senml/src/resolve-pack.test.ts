import { describe, expect, it } from "vitest";
import { resolvePack } from "./resolve-pack.js";
import type { SenmlPack } from "./senml-record.js";

const NOW_S = 1_800_000_000;
const resolve = (pack: SenmlPack, nowS: number | undefined = NOW_S) => resolvePack(pack, { nowS, maxNameLength: 64 });
const resolved = (...records: object[]) => ({ ok: true, value: records });
const refused = (reason: string) => ({ ok: false, reason });

describe("base fields (RFC 8428 §4.1)", () => {
  it("hold until a later record has the same", () => {
    expect(
      resolve([
        { bn: "a/", bu: "V", bt: 2 ** 30, bv: 100, bs: 10, n: "x", v: 1, s: 1 },
        { n: "y", u: "A", t: 1, v: 2 },
        { bn: "b/", bv: 0, n: "x", t: 2, v: 3 },
      ]),
    ).toEqual(
      resolved(
        { n: "a/x", u: "V", t: 2 ** 30, v: 101, s: 11 },
        { n: "a/y", u: "A", t: 2 ** 30 + 1, v: 102, s: 10 },
        { n: "b/x", u: "V", t: 2 ** 30 + 2, v: 3, s: 10 },
      ),
    );
  });

  it("stand for a value or sum that is missing (§4.5.4)", () => {
    expect(resolve([{ bn: "a", bv: 7, t: 2 ** 28 }])).toEqual(resolved({ n: "a", t: 2 ** 28, v: 7 }));
    expect(resolve([{ bn: "a", bs: 7, t: 2 ** 28 }])).toEqual(resolved({ n: "a", t: 2 ** 28, s: 7 }));
    expect(resolve([{ bn: "a", bv: 7, t: 2 ** 28, vs: "x" }])).toEqual(resolved({ n: "a", t: 2 ** 28, vs: "x" }));
  });

  it("may stand in a record of their own, which is no measurement", () => {
    expect(resolve([{ bn: "a", bu: "V", bver: 10 }])).toEqual(resolved());
    expect(resolve([{}])).toEqual(refused("record 1: there is neither a name nor a base name"));
  });
});

describe("times (RFC 8428 §4.5.3)", () => {
  it.each([
    [undefined, undefined, NOW_S],
    [0, undefined, NOW_S],
    [-5, undefined, NOW_S - 5],
    [60, undefined, NOW_S + 60],
    [2 ** 28 - 1, undefined, NOW_S + 2 ** 28 - 1],
    [2 ** 28, undefined, 2 ** 28],
    [1, 2 ** 28 - 1, 2 ** 28],
    [-1, 2 ** 28, NOW_S + 2 ** 28 - 1],
    [undefined, -10, NOW_S - 10],
  ])("time %s with base time %s is %s", (t, bt, expected) => {
    expect(resolve([{ n: "a", v: 1, t, bt }])).toEqual(resolved({ n: "a", t: expected, v: 1 }));
  });

  it("are refused where they are before the first absolute time", () => {
    expect(resolve([{ n: "a", v: 1, t: 2 ** 28 - NOW_S }]).ok).toBe(true);
    expect(resolve([{ n: "a", v: 1, t: 2 ** 28 - NOW_S - 1 }])).toEqual(
      refused("record 1: the time is before 1978-07-04, the first day that SenML has"),
    );
  });

  it("put records in chronological order, equal times as they were sent (§4.6)", () => {
    const pack = [
      { n: "a", v: 1 },
      { n: "b", v: 2, t: -2 },
      { n: "c", v: 3 },
      { n: "d", v: 4, t: -1 },
    ];
    const result = resolve(pack);
    expect(result.ok && result.value.map(({ n }) => n)).toEqual(["b", "d", "a", "c"]);
  });

  it("and order stay as they were sent where nobody says what now is", () => {
    const pack = [
      { n: "a", v: 1 },
      { n: "b", v: 2, t: -2 },
    ];
    expect(resolvePack(pack, { nowS: undefined, maxNameLength: 64 })).toEqual(resolved(...pack));
  });
});

describe("names (RFC 8428 §4.5.1)", () => {
  it.each(["a", "0", "Z-:./_9", "urn:dev:ow:10e2073a01080063", "2001:db8::2/x"])("takes %s", (n) => {
    expect(resolve([{ n, v: 1 }]).ok).toBe(true);
    expect(resolve([{ bn: n.slice(0, 1), n: n.slice(1), v: 1 }]).ok).toBe(true);
  });

  it.each(["-a", ":a", ".", "_", "/a", "a b", "ä", "a%20", "a#", "a\n", "\u0000"])("refuses %j", (n) => {
    expect(resolve([{ n, v: 1 }])).toMatchObject({ ok: false, reason: expect.stringContaining("is not a name") });
  });

  it("refuses none, and one that is too long with its base name", () => {
    expect(resolve([{ v: 1 }])).toEqual(refused("record 1: there is neither a name nor a base name"));
    expect(resolve([{ bn: "a".repeat(64), v: 1 }]).ok).toBe(true);
    expect(resolve([{ bn: "a".repeat(64), n: "b", v: 1 }])).toEqual(
      refused("record 1: the name is longer than 64 characters"),
    );
  });
});

describe("values (RFC 8428 §4.2)", () => {
  it("are exactly one, or none beside a sum", () => {
    expect(resolve([{ n: "a", s: 1 }]).ok).toBe(true);
    expect(resolve([{ n: "a" }])).toEqual(refused("record 1: there is no value"));
    expect(
      resolve([
        { n: "a", v: 1 },
        { n: "b", v: 1, vs: "x", vb: true },
      ]),
    ).toEqual(refused("record 2: v and vs and vb are one value too many"));
  });

  it("and times are finite after addition", () => {
    const reason = refused("record 1: base and field add up to no finite number");
    expect(resolve([{ n: "a", bv: Number.MAX_VALUE, v: Number.MAX_VALUE }])).toEqual(reason);
    expect(resolve([{ n: "a", bt: Number.MAX_VALUE, t: Number.MAX_VALUE, v: 1 }])).toEqual(reason);
    expect(resolve([{ n: "a", bs: -Number.MAX_VALUE, s: -Number.MAX_VALUE }])).toEqual(reason);
  });
});

describe("versions (RFC 8428 §4.4, §4.6)", () => {
  it("stay in resolved records, unless it is 10", () => {
    expect(resolve([{ n: "a", bver: 10, v: 1, t: 2 ** 28 }])).toEqual(resolved({ n: "a", v: 1, t: 2 ** 28 }));
    const records = [
      { n: "a", bver: 9, v: 1, t: 2 ** 28 },
      { n: "b", v: 1, t: 2 ** 28 },
    ];
    expect(resolve(records)).toEqual(resolved(...records.map((record) => ({ ...record, bver: 9 }))));
  });

  it.each([
    [[{ n: "a", bver: 11, v: 1 }], "record 1: version 11 is above 10, the last one understood here"],
    [[{ n: "a", bver: 0, v: 1 }], "record 1: bver is not a positive integer"],
    [[{ n: "a", bver: 9.5, v: 1 }], "record 1: bver is not a positive integer"],
    [
      [
        { n: "a", bver: 9, v: 1 },
        { n: "a", bver: 8, v: 1 },
      ],
      "record 2: version 8 in a pack of version 9",
    ],
    [
      [
        { n: "a", v: 1 },
        { n: "a", bver: 9, v: 1 },
      ],
      "record 2: version 9 in a pack of version 10",
    ],
  ])("refuses %j", (pack, reason) => {
    expect(resolve(pack)).toEqual(refused(reason));
  });
});
