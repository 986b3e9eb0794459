import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockAt, blockSize } from "./block-option.js";
import { type Block2Slice, readBlock2, sliceBlock2 } from "./block2-slicer.js";

const szx = fc.integer({ min: 0, max: 6 });
const body = fc.uint8Array({ maxLength: 5000 });
const BODY = Uint8Array.from({ length: 100 }, (_, index) => index);

describe("sliceBlock2", () => {
  it("sends a body that fits without Block2 when none was asked for", () => {
    expect(sliceBlock2(BODY, undefined, 6)).toEqual({ kind: "whole", payload: BODY });
    expect(sliceBlock2(new Uint8Array(0), undefined, 6)).toEqual({ kind: "whole", payload: new Uint8Array(0) });
    expect(sliceBlock2(BODY.subarray(0, 64), undefined, 2)).toMatchObject({ kind: "whole" });
    expect(sliceBlock2(BODY, undefined, 2)).toMatchObject({ kind: "block", block: { number: 0, more: true, szx: 2 } });
  });

  it("answers with Block2 what was asked with Block2, and ignores the M bit: RFC 7959 §2.4", () => {
    for (const more of [false, true]) {
      const slice = sliceBlock2(BODY, { number: 0, more, szx: 6 }, 6);
      expect(slice).toEqual({ kind: "block", payload: BODY, block: { number: 0, more: false, szx: 6 } });
    }
  });

  it("answers with smaller blocks at the same offset, never with larger ones: RFC 7959 §2.4", () => {
    const smaller = sliceBlock2(BODY, { number: 1, more: false, szx: 2 }, 0);
    expect(smaller).toEqual({
      kind: "block",
      payload: BODY.subarray(64, 80),
      block: { number: 4, more: true, szx: 0 },
    });
    expect(sliceBlock2(BODY, { number: 1, more: false, szx: 0 }, 6)).toMatchObject({ block: { number: 1, szx: 0 } });
  });

  it("knows what lies behind the end", () => {
    expect(sliceBlock2(BODY, { number: 7, more: false, szx: 0 }, 6)).toEqual({ kind: "past-end" });
    expect(sliceBlock2(BODY.subarray(0, 96), { number: 6, more: false, szx: 0 }, 6)).toEqual({ kind: "past-end" });
    expect(sliceBlock2(BODY, { number: 0xf_ffff, more: false, szx: 6 }, 6)).toEqual({ kind: "past-end" });
    expect(sliceBlock2(new Uint8Array(0), { number: 0, more: false, szx: 0 }, 6)).toMatchObject({ kind: "block" });
    expect(sliceBlock2(new Uint8Array(0), { number: 1, more: false, szx: 0 }, 6)).toEqual({ kind: "past-end" });
  });

  it("gives every block of every body, of a source as of bytes", async () => {
    await fc.assert(
      fc.asyncProperty(body, szx, szx, async (body, asked, maxSzx) => {
        const size = blockSize(Math.min(asked, maxSzx));
        const source = { read: async (offset: number, length: number) => body.slice(offset, offset + length) };
        const bytes: number[] = [];
        for (let slice: Block2Slice | undefined; slice?.kind !== "block" || slice.block.more; ) {
          const block = blockAt(bytes.length, false, slice === undefined ? asked : Math.min(asked, maxSzx));
          slice = sliceBlock2(body, block, maxSzx);
          expect(await readBlock2(source, block, maxSzx)).toEqual(slice);
          if (slice.kind !== "block") throw new Error(slice.kind);
          expect(slice.block).toEqual({
            number: bytes.length / size,
            more: bytes.length + size < body.length,
            szx: Math.min(asked, maxSzx),
          });
          bytes.push(...slice.payload);
        }
        expect(bytes).toEqual([...body]);
      }),
    );
  });

  it("says of a source that cannot go back that the block is gone", () => {
    expect(readBlock2({ read: () => undefined }, { number: 1, more: false, szx: 6 }, 6)).toEqual({ kind: "gone" });
  });
});
