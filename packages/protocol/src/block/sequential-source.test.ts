import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequentialSource } from "./sequential-source.js";

const MIB = 1024 * 1024;
const byteAt = (offset: number) => (offset * 7) % 256;
const bytesAt = (offset: number, length: number) => Uint8Array.from({ length }, (_, index) => byteAt(offset + index));

/** A body of `sizeBytes` in chunks, which counts how far it was read and how often it was opened and closed. */
class Body {
  opened = 0;
  closed = 0;
  readBytes = 0;

  constructor(
    readonly sizeBytes: number,
    readonly chunkBytes: number,
  ) {}

  readonly open = async function* (this: Body): AsyncGenerator<Uint8Array> {
    this.opened++;
    this.readBytes = 0;
    try {
      while (this.readBytes < this.sizeBytes) {
        const length = Math.min(this.chunkBytes, this.sizeBytes - this.readBytes);
        const chunk = bytesAt(this.readBytes, length);
        this.readBytes += length;
        yield chunk;
      }
    } finally {
      this.closed++;
    }
  }.bind(this);
}

describe("SequentialSource", () => {
  it("gives a body in order, whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5000), fc.integer({ min: 1, max: 3000 }), async (sizeBytes, chunkBytes) => {
        const source = new SequentialSource({ open: new Body(sizeBytes, chunkBytes).open, sizeBytes });
        for (let offset = 0; offset <= sizeBytes; offset += 256) {
          expect(await source.read(offset, 257)).toEqual(bytesAt(offset, Math.min(257, sizeBytes - offset)));
        }
        expect(await source.read(sizeBytes + 1000, 10)).toHaveLength(0);
      }),
    );
  });

  it("reads only as far as it must", async () => {
    const body = new Body(75 * MIB, 4096);
    const source = new SequentialSource({ open: body.open });
    for (let offset = 0; offset < 100 * 1024; offset += 1024) {
      await source.read(offset, 1025);
      expect(body.readBytes).toBeLessThanOrEqual(offset + 1025 + 4096);
    }
  });

  it("gives the last two blocks again, also in smaller parts, and nothing before them", async () => {
    const source = new SequentialSource({ open: new Body(100_000, 100).open });
    for (const offset of [0, 1024, 2048, 3072]) await source.read(offset, 1025);
    expect(await source.read(3072, 1025)).toEqual(bytesAt(3072, 1025));
    expect(await source.read(3072 + 512, 513)).toEqual(bytesAt(3072 + 512, 513));
    expect(await source.read(3072, 17)).toEqual(bytesAt(3072, 17));
    expect(await source.read(1024, 1025)).toBeUndefined();
    expect(await source.read(0, 16)).toBeUndefined();
    expect(await source.read(4096, 1025)).toEqual(bytesAt(4096, 1025));
  });

  it("skips ahead without keeping what lies between", async () => {
    const source = new SequentialSource({ open: new Body(MIB, 1000).open });
    expect(await source.read(1_000_000, 100)).toEqual(bytesAt(1_000_000, 100));
    expect(await source.read(900_000, 100)).toBeUndefined();
  });

  it("opens a restartable body anew to go back", async () => {
    const body = new Body(10_000, 500);
    const source = new SequentialSource({ open: body.open, restartable: true });
    await fc.assert(
      fc.asyncProperty(fc.nat(12_000), fc.nat(1025), async (offset, length) => {
        const expected = bytesAt(offset, Math.max(0, Math.min(length, 10_000 - offset)));
        expect(await source.read(offset, length)).toEqual(expected);
      }),
    );
    expect(body.opened).toBeGreaterThan(1);
    expect(body.closed).toBeGreaterThanOrEqual(body.opened - 1);
  });

  it("answers reads that overlap in time in their order", async () => {
    const source = new SequentialSource({ open: new Body(4000, 100).open });
    const reads = await Promise.all([0, 1024, 1024, 2048].map((offset) => source.read(offset, 1024)));
    expect(reads).toEqual([0, 1024, 1024, 2048].map((offset) => bytesAt(offset, 1024)));
  });

  it("never passes what was read before a failure off as the whole body", async () => {
    const failure = new Error("disk");
    const source = new SequentialSource({
      async *open() {
        yield bytesAt(0, 100);
        throw failure;
      },
    });
    expect(await source.read(0, 50)).toHaveLength(50);
    await expect(source.read(50, 100)).rejects.toBe(failure);
    await expect(source.read(50, 100)).rejects.toBe(failure);
  });

  it("lets the iterable know when it is closed, and reads no more", async () => {
    const body = new Body(10_000, 100);
    const source = new SequentialSource({ open: body.open });
    await source.read(0, 1000);
    source.close();
    expect(await source.read(1000, 10)).toBeUndefined();
    expect([body.opened, body.closed]).toEqual([1, 1]);
  });
});
