import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Code } from "../code/code.js";
import type { Clock } from "../ports/clock.js";
import { blockSize } from "./block-option.js";
import type { Block1StreamAnswer } from "./block1-stream.js";
import { Block1StreamAssembler } from "./block1-stream-assembler.js";

const STILL: Clock = { nowMs: () => 0, setTimer: () => ({ cancel: () => undefined }) };
const BODY = Uint8Array.from({ length: 100 }, (_, index) => index);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function collect<T>(stream: AsyncIterable<T> | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream ?? []) all.push(item);
  return all;
}

function setUp(body = BODY, szx = 0, limitBytes = 1000) {
  const assembler = new Block1StreamAssembler<string>({ clock: STILL });
  const answers: [number, Block1StreamAnswer<string>["kind"]][] = [];
  const send = (number: number, payload = body.slice(number * blockSize(szx), (number + 1) * blockSize(szx))) => {
    const block = { number, more: (number + 1) * blockSize(szx) < body.length, szx };
    const answer = (got: Block1StreamAnswer<string>) => answers.push([number, got.kind]);
    return assembler.accept(1, "key", block, payload, body.length, limitBytes, answer);
  };
  const begin = () => {
    const stream = send(0);
    if (stream === undefined) throw new Error("no stream");
    return stream;
  };
  return { assembler, answers, send, begin };
}

describe("Block1StreamAssembler", () => {
  it("answers 2.31 for a block when the handler has taken it, not before", async () => {
    const { answers, send, begin } = setUp();
    const stream = begin();
    await settle();
    expect(answers).toEqual([]);
    const blocks = stream[Symbol.asyncIterator]();
    expect(await blocks.next()).toEqual({ done: false, value: BODY.slice(0, 16) });
    expect(answers).toEqual([[0, "continue"]]);
    send(1);
    await settle();
    expect(answers).toHaveLength(1);
    const [second, third] = [blocks.next(), blocks.next()];
    expect(await second).toEqual({ done: false, value: BODY.slice(16, 32) });
    expect(answers).toEqual([
      [0, "continue"],
      [1, "continue"],
    ]);
    send(2);
    expect(await third).toEqual({ done: false, value: BODY.slice(32, 48) });
    expect(answers).toHaveLength(3);
  });

  it("answers the last block with the handler's response", async () => {
    const { assembler, answers, send, begin } = setUp();
    const stream = begin();
    expect([stream.size1, stream.ifNoneMatch]).toEqual([100, false]);
    const received = collect(stream);
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await settle();
      expect(answers.at(-1)).toEqual([number - 1, "continue"]);
      expect(send(number)).toBeUndefined();
    }
    expect(new Uint8Array((await received).flatMap((block) => [...block]))).toEqual(BODY);
    expect(answers).toHaveLength(6);
    stream.finish("done");
    stream.finish("done twice");
    expect(answers.slice(6)).toEqual([[6, "final"]]);
    expect(assembler.counters).toMatchObject({ uploads: 0, uploadBytes: 0, refused: 0 });
  });

  it("takes a body of one block", async () => {
    const { assembler, answers, begin } = setUp(BODY.subarray(0, 10));
    const stream = begin();
    expect(await collect(stream)).toEqual([BODY.slice(0, 10)]);
    stream.finish("done");
    expect(answers).toEqual([[0, "final"]]);
    expect(assembler.counters.uploads).toBe(0);
  });

  it("answers with an early response the block that waits, or the next to come", async () => {
    const waiting = setUp();
    waiting.begin().finish("enough");
    expect(waiting.answers).toEqual([[0, "final"]]);
    const between = setUp();
    const stream = between.begin();
    for await (const _ of stream) break;
    stream.finish("enough");
    expect(between.answers).toEqual([[0, "continue"]]);
    between.send(1);
    expect(between.answers).toEqual([
      [0, "continue"],
      [1, "final"],
    ]);
    for (const number of [2, 3, 4, 5, 6]) between.send(number);
    expect(between.answers.slice(2)).toEqual([2, 3, 4, 5, 6].map((number) => [number, "final"]));
    expect(between.assembler.counters.uploads).toBe(0);
    expect(await collect(stream)).toEqual([]);
  });

  it("ends the iteration of a body that was answered before its end with an error, not as if it were whole", async () => {
    const waiting = setUp().begin();
    const blocks = waiting[Symbol.asyncIterator]();
    await blocks.next();
    const next = blocks.next();
    waiting.finish("enough");
    await expect(next).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    const unread = setUp(BODY.subarray(0, 10)).begin();
    unread.finish("enough");
    await expect(collect(unread)).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
  });

  it("takes the block received last again, waiting or taken, and gives it to the handler once", async () => {
    const { answers, send, begin } = setUp();
    const blocks = begin()[Symbol.asyncIterator]();
    expect(send(0)).toBeUndefined();
    expect(answers).toEqual([[0, "superseded"]]);
    await blocks.next();
    expect(answers).toEqual([
      [0, "superseded"],
      [0, "continue"],
    ]);
    send(0);
    expect(answers.at(-1)).toEqual([0, "continue"]);
    const next = blocks.next();
    send(1);
    expect(await next).toEqual({ done: false, value: BODY.slice(16, 32) });
  });

  it("begins anew with another block 0", async () => {
    const { assembler, answers, send, begin } = setUp();
    const former = collect(begin());
    const rejected = expect(former).rejects.toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    await settle();
    const stream = send(0, BODY.slice(50, 66));
    await rejected;
    expect(stream).toBeDefined();
    expect(assembler.counters.uploads).toBe(1);
    const { value } = (await stream?.[Symbol.asyncIterator]().next()) ?? {};
    expect(value).toEqual(BODY.slice(50, 66));
    expect(answers.at(-1)).toEqual([0, "continue"]);
  });

  it("ends with a gap, a wrong size or a body over the limit, for both sides", async () => {
    for (const [wrong, payload, limitBytes] of [
      [3, BODY.slice(0, 16), 1000],
      [1, BODY.slice(0, 15), 1000],
      [1, BODY.slice(16, 32), 101],
    ] as const) {
      const { assembler, answers, send, begin } = setUp(BODY, 0, limitBytes);
      const received = collect(begin());
      const rejected = expect(received).rejects.toMatchObject({ code: "COAPKIT_ERR_PROTOCOL" });
      await settle();
      if (limitBytes === 101) {
        const block = { number: 1, more: true, szx: 0 };
        assembler.accept(1, "key", block, payload, 102, limitBytes, (answer) => {
          expect(answer).toMatchObject({ code: Code.RequestEntityTooLarge, size1: 101 });
          answers.push([1, answer.kind]);
        });
      } else send(wrong, payload);
      await rejected;
      expect(answers).toEqual([
        [0, "continue"],
        [wrong, "refused"],
      ]);
      expect(assembler.counters).toMatchObject({ uploads: 0, refused: 1 });
    }
  });

  it("gives the exact body and one answer for each block, however slow the handler is", async () => {
    const bodies = fc.uint8Array({ minLength: 1, maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(3), fc.array(fc.nat(3), { minLength: 1 }), async (body, szx, pauses) => {
        const { assembler, answers, send, begin } = setUp(body, szx, 2000);
        const stream = begin();
        const handler = (async () => {
          const bytes: number[] = [];
          for await (const block of stream) {
            for (let turn = pauses[bytes.length % pauses.length] ?? 0; turn > 0; turn--) await settle();
            bytes.push(...block);
          }
          stream.finish("done");
          return bytes;
        })();
        const last = Math.ceil(body.length / blockSize(szx)) - 1;
        for (let number = 1; number <= last; number++) {
          while (answers.length < number) await settle();
          send(number);
        }
        expect(new Uint8Array(await handler)).toEqual(body);
        expect(answers.map(([number]) => number)).toEqual(Array.from({ length: last + 1 }, (_, number) => number));
        expect(answers.filter(([, kind]) => kind === "final")).toEqual([[last, "final"]]);
        expect(assembler.counters.uploads).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
