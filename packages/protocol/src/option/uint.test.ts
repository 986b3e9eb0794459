import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCoapkitError } from "../errors/coapkit-error.js";
import { decodeUint, encodeUint } from "./uint.js";

describe("uint", () => {
  it.each([
    [0, []],
    [1, [1]],
    [255, [255]],
    [256, [1, 0]],
    [65535, [255, 255]],
    [65536, [1, 0, 0]],
    [2 ** 24, [1, 0, 0, 0]],
    [2 ** 32 - 1, [255, 255, 255, 255]],
    [2 ** 32, [1, 0, 0, 0, 0]],
    [Number.MAX_SAFE_INTEGER, [0x1f, 255, 255, 255, 255, 255, 255]],
  ])("writes %d in its shortest form", (value, bytes) => {
    expect([...encodeUint(value)]).toEqual(bytes);
    expect(decodeUint(Uint8Array.from(bytes))).toBe(value);
  });

  it("reads back every safe integer, with any leading zeros", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(300), (value, zeros) => {
        const encoded = encodeUint(value);
        expect(encoded[0]).not.toBe(0);
        const padded = new Uint8Array(zeros + encoded.length);
        padded.set(encoded, zeros);
        expect(decodeUint(padded)).toBe(value);
      }),
    );
  });

  it("reads what exceeds a safe integer as Infinity, however long it is", () => {
    expect(decodeUint(Uint8Array.of(0x20, 0, 0, 0, 0, 0, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(decodeUint(new Uint8Array(60_000).fill(255))).toBe(Number.POSITIVE_INFINITY);
  });

  it("reads a part of a buffer", () => {
    expect(decodeUint(Uint8Array.of(9, 1, 2, 9), 1, 3)).toBe(0x0102);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("refuses to write %d", (value) => {
    expect(() => encodeUint(value)).toThrow(expect.toSatisfy((e) => isCoapkitError(e, "COAPKIT_ERR_OPTION_VALUE")));
  });
});
