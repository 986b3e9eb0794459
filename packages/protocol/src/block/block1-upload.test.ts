import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import type { Clock } from "../ports/clock.js";
import { type BlockValue, blockSize } from "./block-option.js";
import { Block1Assembler } from "./block1-assembler.js";
import { Block1Upload, type UploadResponse, type UploadStep } from "./block1-upload.js";
import type { BlockSource } from "./block2-source.js";
import { SequentialSource } from "./sequential-source.js";

const STILL: Clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => undefined }) };
const BODY = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
const block = (number: number, more: boolean, szx: number): BlockValue => ({ number, more, szx });
const response = (code: number, block1?: BlockValue, size1?: number): UploadResponse => ({ code, block1, size1 });

function sent(step: UploadStep | Promise<UploadStep>): BlockValue | undefined {
  if (step instanceof Promise || step.kind !== "send") throw new Error(`not a block: ${JSON.stringify(step)}`);
  return step.block;
}

describe("Block1Upload, RFC 7959 §2.5", () => {
  it("sends a body that fits without Block1", () => {
    const upload = new Block1Upload(BODY);
    expect(upload.start()).toEqual({ kind: "send", block: undefined, payload: BODY, size1: undefined });
    expect(upload.onResponse(response(Code.Changed))).toEqual({ kind: "final" });
    expect(new Block1Upload(new Uint8Array(0)).start()).toMatchObject({ kind: "send", block: undefined });
  });

  it("announces the size in block 0 only: §4", () => {
    const upload = new Block1Upload(BODY, { szx: 3 });
    expect(upload.start()).toEqual({
      kind: "send",
      block: block(0, true, 3),
      payload: BODY.subarray(0, 128),
      size1: 300,
    });
    expect(upload.onResponse(response(Code.Continue, block(0, true, 3)))).toEqual({
      kind: "send",
      block: block(1, true, 3),
      payload: BODY.subarray(128, 256),
      size1: undefined,
    });
  });

  it("goes to smaller blocks when the server prefers them, never to larger ones: §2.3", () => {
    const upload = new Block1Upload(BODY, { szx: 3 });
    upload.start();
    expect(sent(upload.onResponse(response(Code.Continue, block(0, true, 6))))).toEqual(block(1, true, 3));
    expect(sent(upload.onResponse(response(Code.Continue, block(1, true, 0))))).toEqual(block(16, true, 0));
    expect(sent(upload.onResponse(response(Code.Continue, block(16, true, 3))))).toEqual(block(17, true, 0));
  });

  it("accepts an acknowledgement that counts in the smaller size", () => {
    const upload = new Block1Upload(BODY, { szx: 3 });
    upload.start();
    upload.onResponse(response(Code.Continue, block(0, true, 3)));
    expect(sent(upload.onResponse(response(Code.Continue, block(4, true, 1))))).toEqual(block(8, true, 1));
  });

  it("fails when another block is acknowledged, or the last one is to be continued", () => {
    const other = new Block1Upload(BODY, { szx: 3 });
    other.start();
    expect(other.onResponse(response(Code.Continue, block(1, true, 3)))).toMatchObject({ kind: "failed" });
    const last = new Block1Upload(BODY, { szx: 6 });
    last.start();
    expect(last.onResponse(response(Code.Continue, block(0, true, 6)))).toMatchObject({ kind: "failed" });
  });

  it("takes a final response in the middle as final: an error, or a success without Block1", () => {
    for (const code of [Code.NotFound, Code.BadOption, Code.ServiceUnavailable, Code.Changed]) {
      const upload = new Block1Upload(BODY, { szx: 3 });
      upload.start();
      expect(upload.onResponse(response(code))).toEqual({ kind: "final" });
    }
  });

  it("tries Block1 after a 4.13 to a request without it: §2.9.3", () => {
    const upload = new Block1Upload(BODY, { szx: 6 });
    upload.start();
    expect(sent(upload.onResponse(response(Code.RequestEntityTooLarge)))).toEqual(block(0, true, 4));
    const told = new Block1Upload(BODY, { szx: 6 });
    told.start();
    expect(sent(told.onResponse(response(Code.RequestEntityTooLarge, block(0, false, 2))))).toEqual(block(0, true, 2));
    expect(told.onResponse(response(Code.RequestEntityTooLarge))).toEqual({ kind: "final" });
  });

  it("does not try again what can only fail: 16 bytes, or more than the server takes at all", () => {
    const small = new Block1Upload(BODY.subarray(0, 16));
    small.start();
    expect(small.onResponse(response(Code.RequestEntityTooLarge))).toEqual({ kind: "final" });
    const large = new Block1Upload(BODY);
    large.start();
    expect(large.onResponse(response(Code.RequestEntityTooLarge, block(0, false, 0), 299))).toEqual({ kind: "final" });
  });

  it("begins again with smaller blocks after a 4.13 that names them, at most once for each size: §2.9.3", () => {
    const upload = new Block1Upload(new Uint8Array(5000));
    upload.start();
    upload.onResponse(response(Code.Continue, block(0, true, 6)));
    for (const szx of [4, 2, 0]) {
      expect(sent(upload.onResponse(response(Code.RequestEntityTooLarge, block(1, true, szx))))).toEqual(
        block(0, true, szx),
      );
    }
    expect(upload.onResponse(response(Code.RequestEntityTooLarge, block(0, true, 0)))).toEqual({ kind: "final" });
  });

  it("begins again once after a 4.08: §2.9.2", () => {
    const upload = new Block1Upload(BODY, { szx: 3 });
    upload.start();
    upload.onResponse(response(Code.Continue, block(0, true, 3)));
    expect(sent(upload.onResponse(response(Code.RequestEntityIncomplete)))).toEqual(block(0, true, 3));
    upload.onResponse(response(Code.Continue, block(0, true, 3)));
    expect(upload.onResponse(response(Code.RequestEntityIncomplete))).toEqual({ kind: "final" });
    const first = new Block1Upload(BODY, { szx: 3 });
    first.start();
    expect(first.onResponse(response(Code.RequestEntityIncomplete))).toEqual({ kind: "final" });
  });

  it("fails when block numbers run out", () => {
    const source: BlockSource = { sizeBytes: 20_000_000, read: (_, length) => new Uint8Array(length) };
    const upload = new Block1Upload(source);
    upload.start();
    for (let number = 0; number < 0x3ffe; number++) upload.onResponse(response(Code.Continue));
    let step = upload.onResponse(response(Code.Continue, block(0x3ffe, true, 0)));
    for (let number = 0; number < 63; number++) step = upload.onResponse(response(Code.Continue));
    expect(sent(step)).toEqual(block(0xf_ffff, true, 0));
    expect(upload.onResponse(response(Code.Continue))).toMatchObject({ kind: "failed" });
  });

  it("reads a source as it goes, and cannot begin one again that is gone", async () => {
    const open = async function* () {
      for (let at = 0; at < 300; at += 7) yield BODY.slice(at, Math.min(at + 7, 300));
    };
    const upload = new Block1Upload(new SequentialSource({ open }), { szx: 1 });
    expect(await upload.start()).toMatchObject({ block: block(0, true, 1), size1: undefined });
    for (let number = 0; number < 4; number++) {
      const step = await upload.onResponse(response(Code.Continue, block(number, true, 1)));
      expect(step).toMatchObject({
        block: block(number + 1, true, 1),
        payload: BODY.slice(32 * (number + 1), 32 * (number + 2)),
      });
    }
    expect(await upload.onResponse(response(Code.RequestEntityIncomplete))).toEqual({ kind: "final" });
  });

  it("brings every body to a server that asks for smaller blocks and loses its state once", async () => {
    const bodies = fc.uint8Array({ maxLength: 4000 });
    const szxs = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.nat(6),
        szxs,
        fc.option(fc.nat(60)),
        fc.boolean(),
        async (body, szx, prefer, loss, fromSource) => {
          const assembler = new Block1Assembler({ clock: STILL });
          const source: BlockSource = { read: async (offset, length) => body.slice(offset, offset + length) };
          const upload = new Block1Upload(fromSource ? source : body, { szx });
          let step = await upload.start();
          let received: Uint8Array | undefined;
          let smallest = szx;
          for (let turn = 0; step.kind === "send"; turn++) {
            expect(turn).toBeLessThan(600);
            if (turn === loss) assembler.clear();
            const { block = { number: 0, more: false, szx: 6 }, payload, size1 } = step;
            if (step.block !== undefined) expect(block.szx).toBeLessThanOrEqual(smallest);
            smallest = Math.min(smallest, block.szx);
            const outcome = assembler.accept(1, "key", block, payload, size1, 5000);
            const asked = { ...block, szx: prefer[turn % prefer.length] as number };
            if (outcome.kind === "complete") {
              received = outcome.body;
              step = await upload.onResponse(response(Code.Changed, step.block));
            } else if (outcome.kind === "continue") {
              step = await upload.onResponse(response(Code.Continue, asked));
              smallest = Math.min(smallest, asked.szx);
            } else step = await upload.onResponse(response(outcome.code));
          }
          expect(step).toEqual({ kind: "final" });
          expect(received).toEqual(body);
        },
      ),
    );
  });

  it("ends whatever the server answers", () => {
    const answers = fc.record({
      code: fc.constantFrom(
        Code.Continue,
        Code.Changed,
        Code.RequestEntityTooLarge,
        Code.RequestEntityIncomplete,
        Code.NotFound,
      ),
      block1: fc.option(fc.record({ number: fc.nat(5), more: fc.boolean(), szx: fc.nat(6) }), { nil: undefined }),
      size1: fc.option(fc.constantFrom(0, 100, 2000, Number.POSITIVE_INFINITY), { nil: undefined, freq: 9 }),
    });
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(6), fc.infiniteStream(answers), (length, szx, stream) => {
        const upload = new Block1Upload(new Uint8Array(length), { szx });
        let step = upload.start();
        let blocks = 0;
        for (; !(step instanceof Promise) && step.kind === "send"; blocks++) {
          if (step.block?.more) expect(step.payload).toHaveLength(blockSize(step.block.szx));
          const [answer] = [...stream.take(1)];
          step = upload.onResponse(answer as UploadResponse);
        }
        expect(blocks).toBeLessThan(9 * 130);
      }),
      { numRuns: 1000 },
    );
  });
});
