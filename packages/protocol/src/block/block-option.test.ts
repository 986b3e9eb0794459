import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockAt, blockOffset, blockSize, decodeBlock, encodeBlock, MAX_BLOCK_NUMBER, szxFor } from "./block-option.js";

const szx = fc.integer({ min: 0, max: 6 });
const number = fc.integer({ min: 0, max: MAX_BLOCK_NUMBER });

describe("Block option, RFC 7959 §2.2", () => {
  it("reads the values of RFC 7959 §3", () => {
    expect(decodeBlock(33)).toEqual({ number: 2, more: false, szx: 1 });
    expect(decodeBlock(59)).toEqual({ number: 3, more: true, szx: 3 });
    expect(decodeBlock(0)).toEqual({ number: 0, more: false, szx: 0 });
  });

  it("reads and writes every block of three bytes", () => {
    fc.assert(
      fc.property(number, fc.boolean(), szx, (number, more, szx) => {
        expect(decodeBlock(encodeBlock(number, more, szx))).toEqual({ number, more, szx });
      }),
    );
    expect(encodeBlock(MAX_BLOCK_NUMBER, true, 6)).toBe(0xff_fffe);
    expect(decodeBlock(0xff_fff0)).toEqual({ number: MAX_BLOCK_NUMBER, more: false, szx: 0 });
  });

  it("rejects the reserved SZX 7 and what is no uint of three bytes", () => {
    for (const value of [7, 15, 0x17, 0xff_ffff, 0x100_0000, 2 ** 32, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decodeBlock(value), String(value)).toBeUndefined();
    }
  });

  it("places blocks in the body, beyond 2^29 too", () => {
    expect([0, 1, 2, 3, 4, 5, 6].map(blockSize)).toEqual([16, 32, 64, 128, 256, 512, 1024]);
    expect(blockOffset({ number: MAX_BLOCK_NUMBER, more: false, szx: 6 })).toBe(1_073_740_800);
    fc.assert(
      fc.property(number, szx, (number, szx) => {
        const block = { number, more: true, szx };
        expect(blockAt(blockOffset(block), true, szx)).toEqual(block);
      }),
    );
    expect(blockAt((MAX_BLOCK_NUMBER + 1) * 16, false, 0)).toBeUndefined();
  });

  it("finds the largest block that fits", () => {
    expect([5000, 1024, 1023, 512, 64, 63, 16, 3].map(szxFor)).toEqual([6, 6, 5, 5, 2, 1, 0, 0]);
  });
});
