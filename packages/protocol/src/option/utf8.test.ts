import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUtf8, utf8Length, writeUtf8 } from "./utf8.js";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ maxLength: 200 }), fc.constant("x\ud800y\udc00"));

describe("UTF-8", () => {
  it("measures and writes as TextEncoder does, lone surrogates included", () => {
    fc.assert(
      fc.property(text, (value) => {
        const expected = new TextEncoder().encode(value);
        const written = new Uint8Array(expected.length + 2);
        expect(utf8Length(value)).toBe(expected.length);
        writeUtf8(value, expected.length, written, 1);
        expect(written).toEqual(Uint8Array.of(0, ...expected, 0));
      }),
    );
  });

  it("reads bytes as TextDecoder does, without dropping a byte order mark", () => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(readUtf8(bytes, 0, bytes.length)).toBe(decoder.decode(bytes));
      }),
    );
    expect(readUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4)).toBe("\ufeffa");
  });
});
