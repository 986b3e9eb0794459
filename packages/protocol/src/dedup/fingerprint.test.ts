import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.js";

const of = (text: string) => fingerprint(new TextEncoder().encode(text), 0, text.length);

describe("fingerprint", () => {
  it("is FNV-1a of 32 bits", () => {
    expect(of("") >>> 0).toBe(0x811c9dc5);
    expect(of("a") >>> 0).toBe(0xe40c292c);
    expect(of("foobar") >>> 0).toBe(0xbf9cf968);
  });

  it("depends on the bytes in the range alone, and on each of them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(20), (bytes, at, before) => {
        const around = new Uint8Array(bytes.length + before + 5).fill(0xaa);
        around.set(bytes, before);
        const own = fingerprint(bytes, 0, bytes.length);
        expect(fingerprint(around, before, before + bytes.length)).toBe(own);
        const changed = bytes.slice();
        changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ 1;
        expect(fingerprint(changed, 0, changed.length)).not.toBe(own);
        expect(own).toBe(own | 0);
      }),
    );
  });
});
