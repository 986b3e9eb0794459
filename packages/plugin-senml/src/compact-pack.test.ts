import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactPack } from "./compact-pack.js";
import { resolvePack } from "./resolve-pack.js";
import type { SenmlPack, SenmlRecord } from "./senml-record.js";

const resolve = (pack: SenmlPack) => resolvePack(pack, { nowS: 1_800_000_000, maxNameLength: 1024 });

describe("compactPack", () => {
  it.each<[string, SenmlPack]>([
    ["one record", [{ n: "ab", u: "V", t: 2 ** 30, v: 1 }]],
    [
      "nothing in common",
      [
        { n: "ab", v: 1 },
        { n: "b", v: 1 },
      ],
    ],
    [
      "base fields of its own",
      [
        { bn: "a", v: 1 },
        { n: "b", v: 1 },
      ],
    ],
  ])("leaves a pack with %s as it is", (_, pack) => {
    expect(compactPack(pack)).toEqual(pack);
  });

  it("gives no base unit where a record has no unit, nor a base time where one has no time", () => {
    expect(
      compactPack([
        { n: "ab", u: "V", t: 5, v: 1 },
        { n: "ac", v: 1 },
        { n: "a", u: "V", v: 1 },
      ]),
    ).toEqual([
      { bn: "a", n: "b", u: "V", t: 5, v: 1 },
      { n: "c", v: 1 },
      { u: "V", v: 1 },
    ]);
  });

  it("means the same, and is no change to its input", () => {
    const record: fc.Arbitrary<SenmlRecord> = fc.record(
      {
        n: fc.stringMatching(/^[ab][ab:]{0,3}$/),
        u: fc.constantFrom("V", "A"),
        t: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 2 ** 30, max: 2 ** 31 })),
        v: fc.double({ noNaN: true, noDefaultInfinity: true }),
      },
      { requiredKeys: ["n", "v"] },
    );
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (pack) => {
        const before = structuredClone(pack);
        expect(resolve(compactPack(pack))).toEqual(resolve(pack));
        expect(pack).toEqual(before);
      }),
    );
  });
});
