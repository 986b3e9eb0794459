import { decodeCbor } from "@coapkit/core";
import { Tagged } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCbor } from "../src/encode-cbor.js";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const tagged = (tag: number, content: unknown) => new Tagged(tag, content);
const decode = (hex: string, maxDepth = 64) => decodeCbor(bytes(hex), { maxDepth, tagged });
const refused = (reason: string) => ({ ok: false, reason });

describe("decodeCbor", () => {
  it.each([
    ["", "the payload is empty, CBOR was expected"],
    ["18", "malformed CBOR: unexpected end at byte 1"],
    ["19ff", "malformed CBOR: unexpected end at byte 2"],
    ["1bffffffffffffff", "malformed CBOR: unexpected end at byte 8"],
    ["f97c", "malformed CBOR: unexpected end at byte 2"],
    ["43ffff", "malformed CBOR: unexpected end at byte 3"],
    ["62c3", "malformed CBOR: unexpected end at byte 2"],
    ["8201", "malformed CBOR: unexpected end at byte 2"],
    ["a1", "malformed CBOR: unexpected end at byte 1"],
    ["a101", "malformed CBOR: unexpected end at byte 2"],
    ["9f01", "malformed CBOR: unexpected end at byte 2"],
    ["bf", "malformed CBOR: unexpected end at byte 1"],
    ["5f41ff", "malformed CBOR: unexpected end at byte 3"],
    ["c1", "malformed CBOR: unexpected end at byte 1"],
    ["1c", "malformed CBOR: unexpected reserved value at byte 0"],
    ["815d", "malformed CBOR: unexpected reserved value at byte 1"],
    ["1f", "malformed CBOR: unexpected indefinite length at byte 0"],
    ["3f", "malformed CBOR: unexpected indefinite length at byte 0"],
    ["81df", "malformed CBOR: unexpected indefinite length at byte 1"],
    ["ff", "malformed CBOR: unexpected break at byte 0"],
    ["81ff", "malformed CBOR: unexpected break at byte 1"],
    ["bf01ff", "malformed CBOR: unexpected break at byte 2"],
    ["c1ff", "malformed CBOR: unexpected break at byte 1"],
    ["f818", "malformed CBOR: unexpected simple value at byte 0"],
    ["0000", "malformed CBOR: unexpected byte at byte 1"],
    ["5f6161ff", "malformed CBOR: unexpected item in a string of indefinite length at byte 1"],
    ["7f4161ff", "malformed CBOR: unexpected item in a string of indefinite length at byte 1"],
    ["7f7fffff", "malformed CBOR: unexpected item in a string of indefinite length at byte 1"],
    ["61ff", "the text at byte 1 is not UTF-8"],
    ["62c328", "the text at byte 1 is not UTF-8"],
    ["63eda080", "the text at byte 1 is not UTF-8"],
    ["7f61c361bcff", "the text at byte 2 is not UTF-8"],
    ["a2616101616102", "duplicate key at byte 4"],
    ["a201020102", "duplicate key at byte 3"],
    ["a161610161620261610361ff", "malformed CBOR: unexpected byte at byte 4"],
    ["c26161", "a bignum holds something else than bytes"],
    ["db0020000000000000f6", "a tag is above 2^53 - 1"],
    ["a1695f5f70726f746f5f5fa0", "forbidden key __proto__ at byte 1"],
    ["81a1695f5f70726f746f5f5ff6", "forbidden key __proto__ at byte 2"],
    ["bf7f655f5f70726f64746f5f5fffa0ff", "forbidden key __proto__ at byte 1"],
    ["a16b636f6e7374727563746f72a16970726f746f7479706501", "forbidden key constructor.prototype at byte 1"],
  ])("refuses %s", (hex, reason) => {
    expect(decode(hex)).toEqual(refused(reason));
  });

  it("tells floats from integers where a format wants to know", () => {
    const float = (value: number) => ({ float: value });
    const decodeWith = (hex: string) => decodeCbor(bytes(hex), { maxDepth: 1, tagged, float });
    expect(decodeWith("8501f93c00fa3fc00000fb3ff8000000000000f4")).toEqual({
      ok: true,
      value: [1, { float: 1 }, { float: 1.5 }, { float: 1.5 }, false],
    });
    expect(decode("8201f93c00")).toEqual({ ok: true, value: [1, 1] });
    expect(decodeWith("f818")).toEqual(refused("malformed CBOR: unexpected simple value at byte 0"));
  });

  it("refuses lengths and counts that the payload does not have, without room for them", () => {
    const starts = ["5a7fffffff", "5bffffffffffffffff", "7a7fffffff", "9affffffff", "9b001fffffffffffff"];
    for (const start of [...starts, "baffffffff", "bbffffffffffffffff"]) {
      expect(decode(`${start}616161`)).toEqual(
        refused(`malformed CBOR: unexpected end at byte ${start.length / 2 + 3}`),
      );
    }
  });

  it("counts arrays, maps and tags as levels", () => {
    expect(decode(`${"81".repeat(64)}00`).ok).toBe(true);
    for (const level of ["81", "9f", "a100", "bf00", "c1"]) {
      expect(decode(`${level.repeat(65)}00`)).toEqual(refused("CBOR nested deeper than 64 levels"));
      expect(decodeCbor(bytes(level.repeat(100_000)), { maxDepth: 1000, tagged }).ok).toBe(false);
    }
    expect(decode("820102", 1).ok).toBe(true);
    expect(decode("8180", 1)).toEqual(refused("CBOR nested deeper than 1 levels"));
  });

  it("takes bignums up to 1024 bytes", () => {
    expect(decode(`c2590400${"ff".repeat(1024)}`)).toEqual({ ok: true, value: (1n << 8192n) - 1n });
    expect(decode(`c2590401${"ff".repeat(1025)}`)).toEqual(refused("a bignum has more than 1024 bytes"));
    expect(decode("c240")).toEqual({ ok: true, value: 0n });
    expect(decode("c340")).toEqual({ ok: true, value: -1n });
  });

  it("gives integers as numbers while these are exact", () => {
    expect(decode("1b001fffffffffffff")).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER });
    expect(decode("1b0020000000000000")).toEqual({ ok: true, value: 2n ** 53n });
    expect(decode("3b001ffffffffffffe")).toEqual({ ok: true, value: Number.MIN_SAFE_INTEGER });
    expect(decode("3b001fffffffffffff")).toEqual({ ok: true, value: -(2n ** 53n) });
  });

  it("gives plain objects for maps with texts as keys, and a Map for others", () => {
    expect(decode("a263686173f568746f537472696e6701")).toEqual({ ok: true, value: { has: true, toString: 1 } });
    expect(decode("a2616101f602")).toEqual({
      ok: true,
      value: new Map<unknown, unknown>([
        ["a", 1],
        [null, 2],
      ]),
    });
    expect(decode("a16b636f6e7374727563746f7265426f736368")).toEqual({ ok: true, value: { constructor: "Bosch" } });
  });

  it("gives bytes of their own, also from a Buffer", () => {
    const payload = Buffer.from("42aabb", "hex");
    const decoded = decodeCbor(payload, { maxDepth: 1, tagged });
    payload.fill(0);
    expect(decoded).toStrictEqual({ ok: true, value: Uint8Array.of(0xaa, 0xbb) });
  });

  it("never throws, and never gives a prototype that was not there", () => {
    const soup = fc.array(fc.constantFrom(0x81, 0x9f, 0xa1, 0xbf, 0x61, 0x5f, 0xc2, 0x41, 0xff, 0xf9, 0x1b, 0x00));
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      soup.map((codes) => Uint8Array.from(codes)),
    );
    fc.assert(
      fc.property(payload, (input) => {
        const before = input.slice();
        const result = decodeCbor(input, { maxDepth: 8, tagged });
        expect(input).toEqual(before);
        if (!result.ok) expect(result.reason.length).toBeLessThan(100);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("what encodeCbor writes", () => {
  const key = fc.string().filter((name) => name !== "__proto__" && name !== "constructor");
  const value = fc.letrec((tie) => ({
    item: fc.oneof(
      { maxDepth: 5 },
      fc.string({ unit: "grapheme" }),
      fc.double(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 80n), max: -(2n ** 53n) }),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
      fc.constantFrom(true, false, null),
      fc.uint8Array(),
      fc.array(tie("item")),
      fc.dictionary(key, tie("item"), { noNullPrototype: true }),
      fc
        .uniqueArray(fc.tuple(fc.integer(), tie("item")), { minLength: 1, selector: ([number]) => number })
        .map((entries) => new Map(entries as [unknown, unknown][])),
    ),
  })).item;

  it("is read as the same value", () => {
    fc.assert(
      fc.property(value, (sample) => {
        expect(decodeCbor(encodeCbor(sample), { maxDepth: 64, tagged })).toStrictEqual({ ok: true, value: sample });
      }),
      { numRuns: 1000 },
    );
  });

  it("is refused when it is cut off anywhere", () => {
    fc.assert(
      fc.property(value, (sample) => {
        const encoded = encodeCbor(sample);
        for (let end = 0; end < encoded.length; end++)
          expect(decodeCbor(encoded.subarray(0, end), { maxDepth: 64, tagged }).ok).toBe(false);
      }),
    );
  });
});
