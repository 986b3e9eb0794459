import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplyRing } from "./reply-ring.js";

const SIZE = 1_024;
const WRAP = 2 ** 30;

interface Kept {
  readonly position: number;
  readonly mark: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a kept reply, or `undefined`. */
function read(ring: ReplyRing, { position, mark }: Kept): Uint8Array | undefined {
  const start = ring.find(position, mark);
  return start < 0 ? undefined : ring.buffer.slice(start, start + ring.lengthAt(start));
}

function write(ring: ReplyRing, length: number, mark: number, isBusy = false): Kept {
  const bytes = Uint8Array.from({ length }, (_, index) => mark * 7 + index);
  const start = ring.reserve(length + 3, () => isBusy);
  ring.buffer.set(bytes, start);
  return { position: ring.commit(length, mark), mark, bytes };
}

const step = fc.record({
  length: fc.oneof(fc.nat(60), fc.nat(SIZE - 11), fc.constantFrom(0, 4, 8, 56, 120, 1_013)),
  isBusy: fc.boolean(),
});

describe("ReplyRing", () => {
  it("finds a reply byte for byte as it was committed, or not at all; and always the newest", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, WRAP - SIZE, WRAP - 4 * SIZE),
        fc.array(step, { maxLength: 60 }),
        (start, steps) => {
          const ring = new ReplyRing(SIZE, start);
          const kept: Kept[] = [];
          for (const [index, { length, isBusy }] of steps.entries()) {
            kept.push(write(ring, length, index + 1, isBusy));
            expect(read(ring, kept.at(-1) as Kept)).toEqual(kept.at(-1)?.bytes);
            for (const reply of kept) expect([undefined, reply.bytes]).toContainEqual(read(ring, reply));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("holds all that was written within its size, less what is skipped at its end", () => {
    const ring = new ReplyRing(SIZE);
    const kept = Array.from({ length: 100 }, (_, index) => write(ring, 56, index + 1));
    expect(kept.filter((reply) => read(ring, reply) !== undefined)).toEqual(kept.slice(-15));
  });

  it("never writes to memory that is being sent, also where a reply ends exactly at the ring's end", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(4, 56, 120, 500), { minLength: 1, maxLength: 60 }), (lengths) => {
        const ring = new ReplyRing(SIZE);
        const sending: { buffer: Uint8Array; start: number; bytes: Uint8Array }[] = [];
        for (const [index, length] of lengths.entries()) {
          const bytes = new Uint8Array(length).fill(index + 1);
          const start = ring.reserve(length, () => true);
          ring.buffer.set(bytes, start);
          ring.commit(length, index);
          sending.push({ buffer: ring.buffer, start, bytes });
          for (const sent of sending)
            expect(sent.buffer.subarray(sent.start, sent.start + sent.bytes.length)).toEqual(sent.bytes);
        }
      }),
    );
  });

  it("does not take another reply for one whose position came round", () => {
    const ring = new ReplyRing(SIZE, WRAP - SIZE);
    const old = { position: 0, mark: 77, bytes: new Uint8Array(0) };
    for (let index = 0; index < 40; index++) {
      write(ring, 56, index);
      expect(ring.find(old.position, old.mark)).toBe(-1);
    }
  });

  it("finds nothing where nothing was written, and nothing of no position", () => {
    const ring = new ReplyRing(SIZE);
    expect(ring.find(0, 0)).toBe(-1);
    expect(ring.find(-1, 0)).toBe(-1);
  });

  it("has no room for what is larger than itself", () => {
    expect(new ReplyRing(SIZE).reserve(SIZE - 7, () => false)).toBe(-1);
    expect(new ReplyRing(SIZE).reserve(SIZE - 8, () => false)).toBe(8);
  });
});
