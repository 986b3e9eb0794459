import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentEtag, isSameEtag } from "./etag.js";

const hex = (etag: Uint8Array) => Buffer.from(etag).toString("hex");

describe("contentEtag", () => {
  it("is the same for the same bytes in every process", () => {
    expect(hex(contentEtag(new Uint8Array(0)))).toMatchInlineSnapshot(`"9b79a871be5ca97f"`);
    expect(hex(contentEtag(new TextEncoder().encode("world")))).toMatchInlineSnapshot(`"700c3134530fba72"`);
  });

  it("has a length that an ETag may have: RFC 7252 §5.10.6", () => {
    for (const length of [0, 1, 1024]) expect(contentEtag(new Uint8Array(length))).toHaveLength(8);
  });

  it("differs when one byte, the order, the length or the seed differs", () => {
    const bytes = fc.uint8Array({ minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, flip) => {
        const changed = bytes.slice();
        const at = place % bytes.length;
        changed[at] = (changed[at] as number) ^ flip;
        expect(isSameEtag(contentEtag(changed), contentEtag(bytes))).toBe(false);
        expect(isSameEtag(contentEtag(bytes.subarray(1)), contentEtag(bytes))).toBe(false);
        expect(isSameEtag(contentEtag(bytes, 50), contentEtag(bytes, 60))).toBe(false);
      }),
      { numRuns: 500 },
    );
    expect(hex(contentEtag(Uint8Array.of(1, 2)))).not.toBe(hex(contentEtag(Uint8Array.of(2, 1))));
  });

  it("spreads short counters over all bits of both halves", () => {
    const etags = Array.from({ length: 20_000 }, (_, count) => hex(contentEtag(new TextEncoder().encode(`${count}`))));
    expect(new Set(etags).size).toBe(20_000);
    for (const half of [0, 8]) {
      const halves = new Set(etags.map((etag) => etag.slice(half, half + 8)));
      expect(halves.size).toBeGreaterThan(19_990); // 20,000 random 32-bit values collide 0.05 times on average
    }
  });

  it("compares ETags of any length", () => {
    expect(isSameEtag(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(isSameEtag(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(isSameEtag(Uint8Array.of(1), Uint8Array.of(2))).toBe(false);
  });
});
