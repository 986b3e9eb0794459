import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import type { Clock } from "../ports/clock.js";
import { type BlockValue, blockSize } from "./block-option.js";
import { Block1Assembler } from "./block1-assembler.js";

const STILL: Clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => undefined }) };
const LIMIT = 100_000;
const block = (number: number, more: boolean, szx: number): BlockValue => ({ number, more, szx });
const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, index) => (first + index) % 251);
const CONTINUE = { kind: "continue" };

function setUp() {
  const assembler = new Block1Assembler({ clock: STILL });
  const accept = (value: BlockValue, payload: Uint8Array, size1?: number, limitBytes = LIMIT) =>
    assembler.accept(1, "key", value, payload, size1, limitBytes);
  return { assembler, accept };
}

describe("Block1Assembler, RFC 7959 §2.5", () => {
  it("puts blocks together and keeps nothing of them", () => {
    const { assembler, accept } = setUp();
    const body = bytes(300);
    expect(accept(block(0, true, 3), body.subarray(0, 128))).toEqual(CONTINUE);
    expect(accept(block(1, true, 3), body.subarray(128, 256))).toEqual(CONTINUE);
    expect(assembler.counters.uploads).toBe(1);
    expect(assembler.counters.uploadBytes).toBeGreaterThanOrEqual(256);
    const outcome = accept(block(2, false, 3), body.subarray(256));
    expect(outcome).toEqual({ kind: "complete", body, ifNoneMatch: false });
    expect(assembler.counters).toEqual({ uploads: 0, uploadBytes: 0, evicted: 0, expired: 0, refused: 0 });
  });

  it("copies what it keeps", () => {
    const { accept } = setUp();
    const datagram = bytes(16);
    accept(block(0, true, 0), datagram);
    datagram.fill(0);
    expect(accept(block(1, false, 0), bytes(3, 16))).toEqual({ kind: "complete", body: bytes(19), ifNoneMatch: false });
  });

  it("takes a single block of any length, and an empty last one: §2.3", () => {
    const { accept } = setUp();
    expect(accept(block(0, false, 0), bytes(500))).toMatchObject({ kind: "complete", body: bytes(500) });
    expect(accept(block(0, false, 6), bytes(0))).toMatchObject({ kind: "complete", body: bytes(0) });
    accept(block(0, true, 0), bytes(16));
    expect(accept(block(1, false, 0), bytes(0))).toMatchObject({ kind: "complete", body: bytes(16) });
  });

  it("begins anew with block 0", () => {
    const { accept } = setUp();
    accept(block(0, true, 0), bytes(16, 100));
    accept(block(1, true, 0), bytes(16, 100));
    expect(accept(block(0, true, 0), bytes(16))).toEqual(CONTINUE);
    expect(accept(block(1, false, 0), bytes(4, 16))).toMatchObject({ kind: "complete", body: bytes(20) });
  });

  it("remembers the If-None-Match of block 0: §2.10", () => {
    const { assembler } = setUp();
    assembler.accept(1, "key", block(0, true, 0), bytes(16), undefined, LIMIT, true);
    const outcome = assembler.accept(1, "key", block(1, false, 0), bytes(1), undefined, LIMIT);
    expect(outcome).toMatchObject({ kind: "complete", ifNoneMatch: true });
  });

  it("does not mix two keys", () => {
    const { assembler } = setUp();
    for (const key of ["a", "b"]) assembler.accept(1, key, block(0, true, 0), bytes(16), undefined, LIMIT);
    assembler.accept(1, "a", block(1, true, 0), bytes(16, 16), undefined, LIMIT);
    const outcomes = ["a", "b"].map((key) => assembler.accept(1, key, block(2, false, 0), bytes(1), undefined, LIMIT));
    expect(outcomes).toMatchObject([{ kind: "complete" }, { code: Code.RequestEntityIncomplete }]);
  });

  it("answers 4.08 for a gap, and for a block without its beginning, and forgets the body: §2.9.2", () => {
    const { assembler, accept } = setUp();
    expect(accept(block(3, true, 0), bytes(16))).toMatchObject({ kind: "refused", code: Code.RequestEntityIncomplete });
    accept(block(0, true, 0), bytes(16));
    expect(accept(block(2, true, 0), bytes(16))).toMatchObject({ kind: "refused", code: Code.RequestEntityIncomplete });
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0, refused: 2 });
    expect(accept(block(1, false, 0), bytes(1))).toMatchObject({ code: Code.RequestEntityIncomplete });
  });

  it("answers 4.08 for a block that contradicts what was received", () => {
    for (const [value, payload] of [
      [block(1, true, 0), bytes(16, 99)],
      [block(1, false, 0), bytes(4, 16)],
    ] as const) {
      const { assembler, accept } = setUp();
      for (const number of [0, 1, 2]) accept(block(number, true, 0), bytes(16, 16 * number));
      expect(accept(value, payload)).toMatchObject({ kind: "refused", code: Code.RequestEntityIncomplete });
      expect(assembler.counters.uploads).toBe(0);
    }
  });

  it("answers 4.00 when M is set and the payload is not a block: §2.3", () => {
    const { assembler, accept } = setUp();
    for (const length of [0, 15, 17, 1024]) {
      accept(block(0, true, 0), bytes(16));
      expect(accept(block(1, true, 0), bytes(length))).toMatchObject({ kind: "refused", code: Code.BadRequest });
      expect(accept(block(0, true, 0), bytes(length))).toMatchObject({ kind: "refused", code: Code.BadRequest });
    }
    expect(assembler.counters.uploads).toBe(0);
  });

  it("answers 4.13 with Size1 when the limit is reached by counting: §2.9.3", () => {
    const { assembler, accept } = setUp();
    const refusal = { kind: "refused", code: Code.RequestEntityTooLarge, size1: 40 };
    expect(accept(block(0, false, 2), bytes(41), undefined, 40)).toMatchObject(refusal);
    expect(accept(block(0, false, 2), bytes(40), undefined, 40)).toMatchObject({ kind: "complete" });
    for (const number of [0, 1])
      expect(accept(block(number, true, 0), bytes(16, 16 * number), undefined, 40)).toEqual(CONTINUE);
    expect(accept(block(2, true, 0), bytes(16, 32), undefined, 40)).toMatchObject(refusal);
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0 });
  });

  it("answers 4.13 as soon as Size1 announces too much, in any block: §4", () => {
    const { assembler, accept } = setUp();
    const refusal = { kind: "refused", code: Code.RequestEntityTooLarge, size1: LIMIT };
    expect(accept(block(0, true, 0), bytes(16), LIMIT + 1)).toMatchObject(refusal);
    expect(accept(block(0, true, 0), bytes(16), Number.POSITIVE_INFINITY)).toMatchObject(refusal);
    expect(accept(block(0, true, 0), bytes(16), LIMIT)).toEqual(CONTINUE);
    expect(accept(block(1, true, 0), bytes(16, 16), LIMIT + 1)).toMatchObject(refusal);
    expect(assembler.counters.uploads).toBe(0);
  });

  it("allocates by what arrives, not by Size1", () => {
    const assembler = new Block1Assembler({ clock: STILL });
    assembler.accept(1, "key", block(0, true, 6), bytes(1024), 8_000_000, 9_000_000);
    expect(assembler.counters.uploadBytes).toBeLessThan(4096);
  });

  it("gives the exact body whatever the sizes and repetitions of blocks", () => {
    const step = fc.record({ szx: fc.nat(6), repeat: fc.nat(3), back: fc.nat(4) });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6000 }), fc.array(step, { minLength: 1 }), (body, steps) => {
        const { assembler, accept } = setUp();
        let offset = 0;
        for (let index = 0; offset < body.length; index++) {
          const { szx: wanted, repeat, back } = steps[index % steps.length] as (typeof steps)[number];
          let szx = wanted;
          while (offset % blockSize(szx) !== 0) szx--; // the offset is a multiple of 16
          const size = blockSize(szx);
          const number = offset / size;
          const isLast = offset + size >= body.length;
          const payload = body.subarray(offset, offset + size);
          const outcome = accept(block(number, !isLast, szx), payload);
          if (isLast) {
            expect(outcome).toEqual({ kind: "complete", body, ifNoneMatch: false });
            break;
          }
          expect(outcome).toEqual(CONTINUE);
          for (let time = 0; time < repeat; time++) {
            const earlier = Math.max(offset === 0 ? 0 : 1, number - back);
            expect(accept(block(earlier, true, szx), body.subarray(earlier * size, earlier * size + size))).toEqual(
              CONTINUE,
            );
          }
          offset += size;
        }
        expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0, refused: 0 });
      }),
    );
  });

  it("never completes a body that it did not get whole, whatever comes", () => {
    const body = bytes(1000);
    const anyBlock = fc.record({
      number: fc.nat(20),
      more: fc.boolean(),
      szx: fc.nat(2),
      limit: fc.constantFrom(300, 2000),
    });
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 60 }), (blocks) => {
        const { assembler, accept } = setUp();
        for (const { number, more, szx, limit } of blocks) {
          const size = blockSize(szx);
          const end = number * size + size;
          const outcome = accept(block(number, more, szx), body.subarray(number * size, end), undefined, limit);
          if (outcome.kind === "complete") expect(outcome.body).toEqual(body.subarray(0, end));
          if (outcome.kind !== "continue") expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0 });
        }
      }),
      { numRuns: 500 },
    );
  });
});
