import { describe, expect, it } from "vitest";
import type { BlockSource } from "../src/block/block2-source.js";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { BOB, bare, bodyOf, content, joined, openServer } from "./support/server-fixture.js";
import { blockOf, decodeMessage as decode, type WireMessage } from "./support/wire.js";

const LARGE = bodyOf(3_000);
const block2 = (number: number, szx = 2, more = 0) => ({
  number: OptionNumber.Block2,
  value: number * 16 + more * 8 + szx,
});
const etagOf = ({ options }: WireMessage) => options.bytes(OptionNumber.ETag)?.join();

/** A source that counts what it is asked for. */
class Source implements BlockSource {
  readonly reads: [number, number][] = [];
  closed = 0;
  readonly sizeBytes = LARGE.length;

  constructor(readonly isAsync = false) {}

  read(offset: number, length: number): Uint8Array | Promise<Uint8Array> {
    this.reads.push([offset, length]);
    const piece = LARGE.subarray(offset, offset + length);
    return this.isAsync ? Promise.resolve(piece) : piece;
  }

  close(): void {
    this.closed++;
  }
}

async function openLarge(body: Uint8Array | string = LARGE, code: Code = Code.Content) {
  const server = await openServer();
  server.onRequest = (exchange) => exchange.respond({ code, contentFormat: 0, options: [], payload: body });
  return server;
}

describe("RFC 7959 §2.4 Block2 on the server", () => {
  it("sends a large representation in blocks of 1024 bytes without being asked for a size", async () => {
    const server = await openLarge();
    const first = server.ask({});
    expect(first.payload).toEqual(LARGE.subarray(0, 1_024));
    expect(blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 6 });
    await server.expectNoState();
  });

  it.each([0, 1, 2, 3, 4, 5, 6])("MUST use the block size of SZX %d that the request indicates", async (szx) => {
    const server = await openLarge();
    const blocks = server.download(szx);
    for (const [number, answer] of blocks.entries())
      expect(blockOf(answer, OptionNumber.Block2)).toEqual({ number, more: number < blocks.length - 1, szx });
    expect(joined(blocks)).toEqual(LARGE);
    expect(new Set(blocks.map(etagOf)).size).toBe(1);
    expect(etagOf(blocks[0] as WireMessage)).toBeDefined();
    expect(server.counters.representations).toBe(0);
    await server.expectNoState();
  });

  it("uses a smaller size than asked for where its own is smaller, at the same offset", async () => {
    const server = await openServer({ blockBytes: 64 });
    server.onRequest = (exchange) => exchange.respond(content(LARGE));
    const first = server.ask({ options: [block2(0, 6)] });
    expect(blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 2 });
    expect(joined(server.download(2))).toEqual(LARGE);
    const later = server.ask({ options: [block2(1, 6)] });
    expect(blockOf(later, OptionNumber.Block2)).toEqual({ number: 16, more: true, szx: 2 });
    await server.expectNoState();
  });

  it("MUST ignore M in a request", async () => {
    const server = await openLarge();
    expect(server.ask({ options: [block2(1, 6, 1)] }).payload).toEqual(LARGE.subarray(1_024, 2_048));
    await server.expectNoState();
  });

  it("cuts a text at its bytes, and sends one that fits whole", async () => {
    const text = "grüße ".repeat(200);
    const server = await openLarge(text);
    expect(new TextDecoder().decode(joined(server.download(4)))).toBe(text);
    server.onRequest = (exchange) => exchange.respond(content("ü".repeat(512)));
    const whole = server.ask({});
    expect(blockOf(whole, OptionNumber.Block2)).toBeUndefined();
    expect(whole.payload).toHaveLength(1_024);
    await server.expectNoState();
  });

  it("lets any block of a GET be asked for at any time, by anyone, with the same ETag", async () => {
    const server = await openLarge();
    const etags = new Set<string | undefined>();
    for (const [number, from] of [
      [46, BOB],
      [3, undefined],
      [0, BOB],
      [17, BOB],
      [3, undefined],
    ] as const) {
      const answer = server.ask({ options: [block2(number)] }, from);
      expect(answer.payload).toEqual(LARGE.subarray(number * 64, number * 64 + 64));
      etags.add(etagOf(answer));
    }
    expect(etags.size).toBe(1);
    await server.expectNoState();
  });

  it("serves a transfer from the representation it began with, and begins anew with block 0", async () => {
    const server = await openLarge();
    const first = server.ask({ options: [block2(0, 6)] });
    server.onRequest = (exchange) => exchange.respond(content(bodyOf(2_500).fill(7)));
    const second = server.ask({ options: [block2(1, 6)] });
    expect(second.payload).toEqual(LARGE.subarray(1_024, 2_048));
    expect(etagOf(second)).toBe(etagOf(first));
    const anew = server.ask({ options: [block2(0, 6)] });
    expect(anew.payload[0]).toBe(7);
    expect(etagOf(anew)).not.toBe(etagOf(first));
    await server.expectNoState();
  });

  it("keeps the ETag that the handler gave", async () => {
    const server = await openServer();
    const etag = { number: OptionNumber.ETag, value: Uint8Array.of(1, 2) };
    server.onRequest = (exchange) => exchange.respond(content(LARGE, [etag]));
    for (const answer of server.download(6)) expect(etagOf(answer)).toBe("1,2");
    await server.expectNoState();
  });

  it("answers Size2 where it is asked for", async () => {
    const server = await openLarge();
    const size2 = { number: OptionNumber.Size2, value: 0 };
    expect(server.ask({ options: [size2] }).options.uint(OptionNumber.Size2)).toBe(3_000);
    expect(server.ask({ options: [block2(0), size2] }).options.uint(OptionNumber.Size2)).toBe(3_000);
    expect(server.ask({}).options.has(OptionNumber.Size2)).toBe(false);
    await server.expectNoState();
  });

  it.each([
    ["the one behind the last", 47],
    ["the largest number", 0xfffff],
  ])("answers 4.00 to a block past the end: %s", async (_what, number) => {
    const server = await openLarge();
    expect(server.ask({ options: [block2(number)] }).code).toBe(Code.BadRequest);
    server.ask({ options: [block2(0)] });
    expect(server.ask({ options: [block2(number)] }).code).toBe(Code.BadRequest);
    await server.expectNoState();
  });

  it("answers 4.00 to the reserved SZX 7", async () => {
    const server = await openLarge();
    expect(server.ask({ options: [block2(0, 7)] }).code).toBe(Code.BadRequest);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it.each([Code.NotFound, Code.InternalServerError, Code.Valid])(
    "lets %d through as it is, whichever block was asked for",
    async (code) => {
      const server = await openServer();
      server.onRequest = (exchange) => exchange.respond(bare(code));
      const answer = server.ask({ options: [block2(5), { number: OptionNumber.Size2, value: 0 }] });
      expect(answer.code).toBe(code);
      expect(blockOf(answer, OptionNumber.Block2)).toBeUndefined();
      expect(server.counters.representations).toBe(0);
      await server.expectNoState();
    },
  );

  it("sends a diagnosis whole where it fits in a block, and its beginning where it does not", async () => {
    const server = await openServer();
    const options = [block2(3, 0)];
    server.onRequest = (exchange) => exchange.respond({ ...bare(Code.NotFound), payload: "No such thing." });
    expect(server.ask({ options })).toMatchObject({ code: Code.NotFound, text: "No such thing." });
    server.onRequest = (exchange) => exchange.respond({ ...bare(Code.NotFound), payload: "No such thing is here." });
    expect(server.ask({ options })).toMatchObject({ code: Code.NotFound, text: "No such thing is" });
    await server.expectNoState();
  });
});

describe("RFC 7959 §2.7 responses to POST and FETCH", () => {
  it.each([Code.POST, Code.FETCH])("are fetched without handling method %d again", async (code) => {
    const server = await openLarge(LARGE, code === Code.POST ? Code.Changed : Code.Content);
    const blocks = server.download(6, { code });
    expect(joined(blocks)).toEqual(LARGE);
    expect(new Set(blocks.map((answer) => answer.code)).size).toBe(1);
    expect(server.exchanges).toHaveLength(1);
    expect(server.ask({ code, options: [block2(2, 6)] }).payload).toEqual(LARGE.subarray(2_048));
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("follow a body in blocks", async () => {
    const server = await openLarge(LARGE, Code.Changed);
    const first = server.upload(bodyOf(200), 2, { code: Code.POST }).at(-1) as WireMessage;
    expect(blockOf(first, OptionNumber.Block2)).toMatchObject({ number: 0, more: true });
    expect(blockOf(first, OptionNumber.Block1)).toMatchObject({ number: 3, more: false });
    const rest = [1, 2].map((number) => server.ask({ code: Code.POST, options: [block2(number, 6)] }));
    expect(joined([first, ...rest])).toEqual(LARGE);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it.each([Code.POST, Code.FETCH])("are answered 4.08 for method %d once they are not kept any more", async (code) => {
    const server = await openLarge();
    expect(server.ask({ code, options: [block2(1, 6)] }).code).toBe(Code.RequestEntityIncomplete);
    server.ask({ code, options: [block2(0, 6)] });
    await server.advance(248_000);
    expect(server.ask({ code, options: [block2(1, 6)] }).code).toBe(Code.RequestEntityIncomplete);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });
});

describe("sources of bodies", () => {
  it.each([false, true])("are read block by block, once each, and closed at the end (async: %s)", async (isAsync) => {
    const source = new Source(isAsync);
    const server = await openServer();
    server.onRequest = (exchange) => exchange.respond(content(source));
    const blocks: WireMessage[] = [];
    for (let number = 0; number < 3; number++) {
      server.receive({ options: [block2(number, 6)] });
      await server.clock.advance(0);
    }
    for (const { bytes } of server.sent) blocks.push(...(bytes.length > 4 ? [bytes] : []).map(decode));
    expect(joined(blocks)).toEqual(LARGE);
    expect(source.reads.every(([, length]) => length <= 1_025)).toBe(true);
    expect(source.closed).toBe(1);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("are closed when one block alone is fetched, when they fit whole, and when nobody wants them", async () => {
    const server = await openServer();
    const sources: Source[] = [];
    server.onRequest = (exchange) => {
      const source = new Source();
      sources.push(source);
      exchange.respond(content(source));
      exchange.respond(content(source === sources[0] ? new Source() : ""));
    };
    server.ask({ options: [block2(2, 6)] });
    server.ask({ options: [block2(40, 6)] });
    server.ask({ options: [{ number: OptionNumber.NoResponse, value: 2 }] });
    await server.expectNoState();
    expect(sources.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  });

  it("are closed when the exchange was answered already", async () => {
    const server = await openServer();
    const source = new Source();
    server.onRequest = (exchange) => {
      exchange.respond(content());
      exchange.respond(content(source));
    };
    server.ask({});
    expect(source.closed).toBe(1);
    await server.expectNoState();
  });

  it.each([
    [
      "throws at once",
      () => {
        throw new Error("disk");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk"))],
  ])("are answered 5.00 and closed when reading %s", async (_what, read) => {
    const server = await openServer();
    let closed = 0;
    server.onRequest = (exchange) => exchange.respond(content({ read, close: () => void closed++ }));
    server.receive({});
    const sent = [...server.sent];
    await server.clock.advance(0);
    const answer = decode((sent[0] ?? server.sent[0])?.bytes as Uint8Array);
    expect(answer).toMatchObject({ type: Type.ACK, code: Code.InternalServerError, text: "" });
    expect(closed).toBe(1);
    expect(server.warnings).toHaveLength(1);
    await server.expectNoState();
  });

  it("are answered 5.00 when they fail between two blocks", async () => {
    const server = await openServer();
    let closed = 0;
    const read = (offset: number, length: number) => {
      if (offset > 0) throw new Error("disk");
      return new Uint8Array(length);
    };
    server.onRequest = (exchange) => exchange.respond(content({ read, close: () => void closed++ }));
    expect(server.ask({ options: [block2(0, 6)] }).code).toBe(Code.Content);
    expect(server.ask({ options: [block2(1, 6)] }).code).toBe(Code.InternalServerError);
    expect(closed).toBe(1);
    expect(server.counters.representations).toBe(0);
    await server.expectNoState();
  });

  it("are answered 5.00 when the response itself cannot be sent after reading", async () => {
    const server = await openServer();
    const bad = { number: 70_000, value: "" };
    server.onRequest = (exchange) => exchange.respond(content(new Source(true), [bad]));
    server.receive({});
    await server.clock.advance(0);
    expect(server.takeSent()).toMatchObject([{ code: Code.InternalServerError }]);
    await server.expectNoState();
  });

  it("answer separately when reading takes its time, and not at all once the endpoint is closed", async () => {
    const server = await openServer();
    const waiting: ((bytes: Uint8Array) => void)[] = [];
    let closed = 0;
    const read = () => new Promise<Uint8Array>((resolve) => waiting.push(resolve));
    server.onRequest = (exchange) => exchange.respond(content({ read, close: () => void closed++ }));
    server.receive({ token: [1] });
    server.receive({ token: [2] });
    expect(await server.advance(100)).toMatchObject([{ code: Code.Empty }, { code: Code.Empty }]);
    waiting[0]?.(LARGE.subarray(0, 1_025));
    expect(await server.advance(0)).toMatchObject([{ type: Type.CON, token: [1] }]);
    await server.endpoint.close();
    waiting[1]?.(LARGE.subarray(0, 1_025));
    expect(await server.advance(0)).toEqual([]);
    expect(closed).toBe(2);
    await server.expectNoState();
  });
});
