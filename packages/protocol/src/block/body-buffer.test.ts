import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyBuffer } from "./body-buffer.js";

const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 40 });

describe("BodyBuffer", () => {
  it("gives back what was appended, and foretells its memory", () => {
    fc.assert(
      fc.property(pieces, (pieces) => {
        const buffer = new BodyBuffer();
        for (const piece of pieces) {
          const expected = buffer.allocatedAfter(piece.length);
          buffer.append(piece);
          expect(buffer.allocatedBytes).toBe(expected);
          const length = buffer.lengthBytes;
          expect(expected).toBeLessThanOrEqual(Math.max(256, Math.min(2 * length, length + 16_384)));
        }
        const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
        expect(buffer.lengthBytes).toBe(whole.length);
        expect(Buffer.compare(buffer.take(), whole)).toBe(0);
        expect([buffer.lengthBytes, buffer.allocatedBytes, buffer.take().length]).toEqual([0, 0, 0]);
      }),
    );
  });

  it("compares with what has arrived, at any place", () => {
    const whole = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 251);
    const buffer = new BodyBuffer();
    for (let at = 0; at < whole.length; at += 1000) buffer.append(whole.subarray(at, at + 1000));
    fc.assert(
      fc.property(fc.nat(70_100), fc.integer({ min: 1, max: 1024 }), fc.nat(1023), (offset, length, flip) => {
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(offset, offset + length));
        expect(buffer.agreesWith(bytes, offset)).toBe(true);
        const at = flip % length;
        bytes[at] = (bytes[at] as number) ^ 1;
        expect(buffer.agreesWith(bytes, offset)).toBe(offset + at >= whole.length);
      }),
    );
  });
});
