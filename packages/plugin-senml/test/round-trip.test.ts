import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SenmlRecord, senmlCborFormat, senmlJsonFormat } from "../src/index.js";
import { SETTINGS } from "./settings.js";

const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 }).map((value) => value + 0);
/** Relative times, and absolute ones. */
const seconds = fc.oneof(fc.integer({ min: -1e8, max: 1e8 }), fc.double({ min: 2 ** 29, max: 1e150, noNaN: true }));
const value: fc.Arbitrary<SenmlRecord> = fc.oneof(
  number.map((v) => ({ v })),
  fc.integer().map((v) => ({ v })),
  fc.string({ unit: "grapheme" }).map((vs) => ({ vs })),
  fc.boolean().map((vb) => ({ vb })),
  fc.uint8Array({ maxLength: 40 }).map((vd) => ({ vd })),
  number.map((s) => ({ s })),
);
const fields: fc.Arbitrary<SenmlRecord> = fc.record(
  {
    bn: fc.stringMatching(/^[a-zA-Z0-9][-:./_a-zA-Z0-9]{0,8}$/),
    bt: seconds,
    bu: fc.constantFrom("V", "kWh", "unheard-of"),
    bv: number,
    bs: number,
    n: fc.stringMatching(/^[-:./_a-zA-Z0-9]{0,8}$/),
    u: fc.constantFrom("A", "Cel", "/100"),
    t: seconds,
    ut: number,
  },
  { requiredKeys: ["bn"] },
);
const pack = fc.array(
  fc.tuple(fields, value).map(([base, one]) => ({ ...base, ...one })),
  { minLength: 1, maxLength: 5 },
);
const bytesOf = (encoded: Uint8Array | string) => (typeof encoded === "string" ? Buffer.from(encoded) : encoded);

describe("packs", () => {
  it("mean the same in JSON and in CBOR, whatever is in them", () => {
    const json = senmlJsonFormat(SETTINGS);
    const cbor = senmlCborFormat(SETTINGS);
    fc.assert(
      fc.property(pack, (records) => {
        fc.pre(cbor.represents?.(records) === true); // a sum of -1e150 and dBm, say
        const fromJson = json.decode(bytesOf(json.encode(records, 110)), 110);
        const fromCbor = cbor.decode(bytesOf(cbor.encode(records, 112)), 112);
        expect(fromJson).toEqual(fromCbor);
        expect(fromJson.ok).toBe(true);
      }),
    );
  });

  it("come back as records that are sent again as they are", () => {
    const format = senmlCborFormat({ ...SETTINGS, units: "asSent" });
    fc.assert(
      fc.property(pack, (records) => {
        const resolved = format.decode(bytesOf(format.encode(records, 112)), 112);
        const again = resolved.ok && format.decode(bytesOf(format.encode(resolved.value, 112)), 112);
        expect(again).toEqual(resolved);
      }),
    );
  });
});
