import { describe, expect, it } from "vitest";
import { type BlockSource, readPiece } from "./block2-source.js";

const body = Uint8Array.from({ length: 100 }, (_, i) => i);
const sourceOf = (bytes: Uint8Array, sizeBytes?: number): BlockSource => ({
  sizeBytes,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

describe("readPiece", () => {
  it.each([
    ["bytes", body],
    ["a source of known size", sourceOf(body, 100)],
    ["a source of unknown size", sourceOf(body)],
  ])("gives pieces of %s, and says which is the last", (_what, from) => {
    expect(readPiece(from, 0, 64)).toEqual({ payload: body.subarray(0, 64), more: true });
    expect(readPiece(from, 64, 64)).toEqual({ payload: body.subarray(64), more: false });
    expect(readPiece(from, 64, 36)).toEqual({ payload: body.subarray(64), more: false });
    expect(readPiece(from, 128, 64)).toEqual({ payload: new Uint8Array(0), more: false });
  });

  it("fails where a source ends before its size, at once or later", async () => {
    const message = "A source of 101 bytes ended after 100.";
    expect(() => readPiece(sourceOf(body, 101), 64, 64)).toThrow(message);
    const slow: BlockSource = { sizeBytes: 101, read: async (offset) => body.subarray(offset) };
    await expect(readPiece(slow, 64, 64)).rejects.toThrow(message);
  });

  it("knows nothing of what a source cannot give any more", () => {
    expect(readPiece({ sizeBytes: 100, read: () => undefined }, 0, 64)).toBeUndefined();
  });
});
