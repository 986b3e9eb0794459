import { describe, expect, it } from "vitest";
import { IMAGE_BYTES, image, isImage } from "./image.js";

describe("image", () => {
  it("has its size, and no two blocks are alike", () => {
    const blocks = Array.from({ length: 1024 }, (_, block) =>
      image().toString("hex", block * 1024, (block + 1) * 1024),
    );
    expect(image()).toHaveLength(IMAGE_BYTES);
    expect(new Set(blocks).size).toBe(1024);
  });

  it("tells itself from bytes that differ in one place or in length", () => {
    const other = Buffer.from(image());
    expect(isImage(other)).toBe(true);
    expect(isImage(other.subarray(1))).toBe(false);
    other[IMAGE_BYTES - 1] = (other[IMAGE_BYTES - 1] as number) ^ 1;
    expect(isImage(other)).toBe(false);
  });
});
