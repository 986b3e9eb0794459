import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyBuffer } from "./body-buffer.js";
import { ChunkPool } from "./chunk-pool.js";

const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 40 });

describe("BodyBuffer", () => {
  it("gives back what was appended, and foretells its memory", () => {
    const pool = new ChunkPool(1024);
    fc.assert(
      fc.property(pieces, (pieces) => {
        const buffer = new BodyBuffer(pool);
        for (const piece of pieces) {
          const expected = buffer.allocatedAfter(piece.length);
          buffer.append(piece);
          expect(buffer.allocatedBytes).toBe(expected);
          const length = buffer.lengthBytes;
          expect(expected).toBeLessThan(length + 1024);
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
    const buffer = new BodyBuffer(new ChunkPool(1024));
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

describe("ChunkPool", () => {
  it("uses chunks again, and keeps at most as many as are in use, or 1024", () => {
    const pool = new ChunkPool(64);
    const chunks = Array.from({ length: 5000 }, () => pool.take());
    const known = new Set(chunks);
    expect(known.size).toBe(5000);
    pool.giveBack(chunks.slice(0, 1500));
    const again = Array.from({ length: 1600 }, () => pool.take());
    expect(again.filter((chunk) => known.has(chunk))).toHaveLength(1500);
    pool.giveBack([...again, ...chunks.slice(1500)]);
    const kept = Array.from({ length: 3000 }, () => pool.take()).filter((chunk) => known.has(chunk));
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(1024);
  });
});
