import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { EndpointOptions } from "../src/endpoint/endpoint-options.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import {
  ALICE,
  BOB,
  bare,
  block1Of,
  bodyOf,
  content,
  openServer,
  type ServerFixture,
} from "./support/server-fixture.js";
import { blockOf, type MessageParts, type WireMessage } from "./support/wire.js";

const BODY = bodyOf(300);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A server that streams bodies to a handler; what the handler ends with is kept. */
async function openStreams(
  handler: (body: AsyncIterable<Uint8Array>, exchange: ServerExchange) => Promise<void>,
  options: Partial<EndpointOptions> = {},
) {
  const server = await openServer({ streamsBody: () => true, ...options });
  const handlers: Promise<unknown>[] = [];
  server.onRequest = (exchange) => {
    const { bodyStream } = exchange.request;
    if (bodyStream === undefined) throw new Error("no stream");
    handlers.push(handler(bodyStream, exchange).catch((error: unknown) => error));
  };
  return { server, handlers };
}

/** Collects the body and answers 2.04. */
async function collect(chunks: Uint8Array[], body: AsyncIterable<Uint8Array>, exchange: ServerExchange) {
  for await (const chunk of body) chunks.push(chunk);
  exchange.respond(bare(Code.Changed));
}

async function block(
  server: ServerFixture,
  number: number,
  parts: Partial<MessageParts> = {},
  from = ALICE,
): Promise<readonly WireMessage[]> {
  const now = server.receive(block1Of(BODY, number * 64, number < 4, 2, parts), from);
  await settle();
  return [...now, ...server.takeSent()];
}

const codes = (messages: readonly WireMessage[]) => messages.map(({ code }) => code);

describe("RFC 7959 §2.5 bodies that are streamed", () => {
  it("hands the request up with its first block, and answers the last block with the response", async () => {
    const chunks: Uint8Array[] = [];
    const { server } = await openStreams((body, exchange) => collect(chunks, body, exchange));
    for (let number = 0; number < 4; number++) {
      const [answer] = await block(server, number, { token: [number] });
      expect(answer).toMatchObject({ type: Type.ACK, code: Code.Continue, token: [number] });
      expect(answer && blockOf(answer, OptionNumber.Block1)).toEqual({ number, more: true, szx: 2 });
      expect(server.exchanges).toHaveLength(1);
    }
    expect(server.exchanges[0]?.request.payload).toHaveLength(0);
    const [last] = await block(server, 4);
    expect(last).toMatchObject({ type: Type.ACK, code: Code.Changed });
    expect(last && blockOf(last, OptionNumber.Block1)).toEqual({ number: 4, more: false, szx: 2 });
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(BODY));
    await server.expectNoState();
  });

  it("takes 5 MB while it holds a block of it", async () => {
    const sizeBytes = 5_000_000;
    const piece = bodyOf(1_024);
    let received = 0;
    const { server } = await openStreams(
      async (body, exchange) => {
        for await (const chunk of body) received += chunk.length;
        exchange.respond(bare(Code.Changed));
      },
      { bodyLimitBytes: () => sizeBytes, limits: { bodiesBytes: 4_096 } },
    );
    let heldBytes = 0;
    let last: WireMessage | undefined;
    for (let number = 0; number * 1_024 < sizeBytes; number++) {
      const payload = piece.subarray(0, sizeBytes - number * 1_024);
      const more = (number + 1) * 1_024 < sizeBytes;
      const options = [{ number: OptionNumber.Block1, value: number * 16 + (more ? 8 : 0) + 6 }];
      [last] = server.receive({ code: Code.PUT, options, payload });
      heldBytes = Math.max(heldBytes, server.counters.uploadBytes ?? 0);
      await settle();
      last ??= server.takeSent()[0];
      if (more) expect(last?.code).toBe(Code.Continue);
    }
    expect([last?.code, received]).toEqual([Code.Changed, sizeBytes]);
    expect(heldBytes).toBeLessThan(4_096);
    await server.expectNoState();
  }, 30_000);

  it("withholds 2.31 until the handler asks for the next block, acknowledging meanwhile", async () => {
    let iterator: AsyncIterator<Uint8Array> | undefined;
    const { server } = await openStreams(async (body) => {
      iterator = body[Symbol.asyncIterator]();
    });
    expect(await block(server, 0)).toEqual([]);
    expect(await server.advance(100)).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    expect(await block(server, 0, { messageId: 100 })).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    await iterator?.next();
    const [separate] = server.takeSent();
    expect(separate).toMatchObject({ type: Type.CON, code: Code.Continue });
    server.reply(Type.ACK, separate?.messageId ?? 0);
    server.exchanges[0]?.respond(bare(Code.Changed));
    await server.expectNoState();
  });

  it("replays the 2.31 for a duplicate, and continues for a block that comes again in a new message", async () => {
    const chunks: Uint8Array[] = [];
    const { server } = await openStreams((body, exchange) => collect(chunks, body, exchange));
    await block(server, 0);
    const [first] = await block(server, 1, { messageId: 7_000 });
    const [again] = await block(server, 1, { messageId: 7_000 });
    expect(again?.bytes).toEqual(first?.bytes);
    expect(codes(await block(server, 1))).toEqual([Code.Continue]);
    for (const number of [2, 3, 4]) await block(server, number);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(BODY));
    expect(server.counters).toMatchObject({ duplicates: 1 });
    await server.expectNoState();
  });

  it("answers 4.08 to a gap, and the handler's iteration throws", async () => {
    const { server, handlers } = await openStreams((body, exchange) => collect([], body, exchange));
    await block(server, 0);
    expect(codes(await block(server, 2))).toEqual([Code.RequestEntityIncomplete]);
    expect(await handlers[0]).toMatchObject({ code: "COAPKIT_ERR_PROTOCOL" });
    expect(codes(await block(server, 1))).toEqual([Code.RequestEntityIncomplete]);
    server.exchanges[0]?.respond(bare(Code.InternalServerError));
    expect(server.takeSent()).toEqual([]);
    await server.expectNoState();
  });

  it("answers 4.13 with Size1 once the body exceeds its limit, and the iteration throws", async () => {
    const { server, handlers } = await openStreams((body, exchange) => collect([], body, exchange), {
      bodyLimitBytes: () => 100,
    });
    await block(server, 0);
    const [refused] = await block(server, 1);
    expect([refused?.code, refused?.options.uint(OptionNumber.Size1)]).toEqual([Code.RequestEntityTooLarge, 100]);
    expect(await handlers[0]).toMatchObject({ code: "COAPKIT_ERR_PROTOCOL", responseCode: refused?.code });
    server.exchanges[0]?.ignore();
    await server.expectNoState();
  });

  it("MUST NOT say that more is to come in a response that comes early, and gives it to all later blocks", async () => {
    const { server } = await openStreams(async (body, exchange) => {
      for await (const _ of body) break;
      exchange.respond(bare(Code.Changed));
    });
    expect(codes(await block(server, 0))).toEqual([Code.Continue]);
    for (const number of [1, 2, 3, 4]) {
      const [answer] = await block(server, number);
      expect(answer?.code).toBe(Code.Changed);
      expect(answer && blockOf(answer, OptionNumber.Block1)).toEqual({ number, more: false, szx: 2 });
    }
    await server.expectNoState();
  });

  it("ends with an error that comes early: nothing is kept, a duplicate gets it again, and a later block 4.08", async () => {
    const { server } = await openStreams(async (body, exchange) => {
      for await (const _ of body) break;
      exchange.respond(bare(Code.Forbidden));
    });
    await block(server, 0);
    expect(server.counters).toMatchObject({ uploads: 1, streamedUploads: 1 });
    const [refused] = await block(server, 1, { messageId: 7_000 });
    expect(refused?.code).toBe(Code.Forbidden);
    expect(refused && blockOf(refused, OptionNumber.Block1)).toEqual({ number: 1, more: false, szx: 2 });
    expect(server.counters).toMatchObject({ uploads: 0, uploadBytes: 0, streamedUploads: 0, openExchanges: 0 });
    expect((await block(server, 1, { messageId: 7_000 }))[0]?.bytes).toEqual(refused?.bytes);
    expect(codes(await block(server, 2))).toEqual([Code.RequestEntityIncomplete]);
    expect([server.exchanges.length, server.counters.uploadsExpired]).toEqual([1, 0]);
    await server.expectNoState();
  });

  it("ends with an error that answers the first block, and begins anew with another block 0", async () => {
    const { server } = await openStreams(async (_, exchange) => exchange.respond(bare(Code.Forbidden)));
    for (const runs of [1, 2]) {
      expect(codes(await block(server, 0))).toEqual([Code.Forbidden]);
      expect([server.exchanges.length, server.counters.uploads]).toEqual([runs, 0]);
    }
    await server.expectNoState();
  });

  it("answers 5.00 when the handler throws", async () => {
    const server = await openServer({ streamsBody: () => true });
    server.onRequest = () => {
      throw new Error("no disk");
    };
    expect(codes(await block(server, 0))).toEqual([Code.InternalServerError]);
    expect(server.warnings).toEqual(["request handler threw"]);
    await server.expectNoState();
  });

  it("throws to the handler when its client has vanished for bodyIdleMs", async () => {
    const { server, handlers } = await openStreams((body, exchange) => collect([], body, exchange));
    await block(server, 0);
    await server.advance(60_001);
    expect(await handlers[0]).toMatchObject({ code: "COAPKIT_ERR_TIMEOUT" });
    expect(server.counters).toMatchObject({ uploads: 0, uploadsExpired: 1, openExchanges: 1 });
    server.exchanges[0]?.respond(bare(Code.Changed));
    expect(server.takeSent()).toEqual([]);
    await server.expectNoState();
  });

  it("answers 5.03 to a block that its handler does not take in time", async () => {
    const { server } = await openStreams(async () => undefined);
    await block(server, 0);
    const sent = await server.advance(60_001);
    expect(sent.slice(0, 2)).toMatchObject([{ code: Code.Empty }, { type: Type.CON, code: Code.ServiceUnavailable }]);
    server.exchanges[0]?.ignore();
    await server.expectNoState();
  });

  it("begins anew with block 0: the former handler's iteration throws", async () => {
    const chunks: Uint8Array[] = [];
    const { server, handlers } = await openStreams((body, exchange) => collect(chunks, body, exchange));
    await block(server, 0);
    await block(server, 1);
    chunks.length = 0;
    for (const number of [0, 1, 2, 3]) expect(codes(await block(server, number))).toEqual([Code.Continue]);
    expect(codes(await block(server, 4))).toEqual([Code.Changed]);
    expect(await handlers[0]).toMatchObject({ code: "COAPKIT_ERR_ABORTED" });
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(BODY));
    server.exchanges[0]?.ignore();
    await server.expectNoState();
  });

  it("keeps two clients apart whose blocks alternate", async () => {
    const bodies = new Map<string, Uint8Array[]>();
    const { server } = await openStreams((body, exchange) => {
      const chunks: Uint8Array[] = [];
      bodies.set(exchange.request.peer.address, chunks);
      return collect(chunks, body, exchange);
    });
    for (let number = 0; number < 5; number++)
      for (const from of [ALICE, BOB])
        expect(codes(await block(server, number, {}, from))).toEqual([number < 4 ? Code.Continue : Code.Changed]);
    expect([...bodies.values()].map((chunks) => Buffer.concat(chunks))).toEqual([Buffer.from(BODY), Buffer.from(BODY)]);
    expect([...bodies.keys()]).toEqual(["192.0.2.1", "192.0.2.2"]);
    await server.expectNoState();
  });

  it("answers NON blocks with NON", async () => {
    const chunks: Uint8Array[] = [];
    const { server } = await openStreams((body, exchange) => collect(chunks, body, exchange));
    for (let number = 0; number < 5; number++)
      expect(await block(server, number, { type: Type.NON })).toMatchObject([
        { type: Type.NON, code: number < 4 ? Code.Continue : Code.Changed },
      ]);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(BODY));
    await server.expectNoState();
  });

  it("answers with blocks, too, where the response is large", async () => {
    const large = bodyOf(200);
    const { server } = await openStreams(async (body, exchange) => {
      for await (const _ of body);
      exchange.respond(content(large));
    });
    const options = [{ number: OptionNumber.Block2, value: 2 }];
    for (let number = 0; number < 4; number++) await block(server, number, { code: Code.POST, options });
    const [first] = await block(server, 4, { code: Code.POST, options });
    expect(first && blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 2 });
    const next = { number: OptionNumber.Block2, value: 0x12 };
    expect(server.ask({ code: Code.POST, options: [next] }).payload).toEqual(large.subarray(64, 128));
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("leaves the handler's acknowledgement, silence and observation to what blocks allow", async () => {
    const server = await openServer({ streamsBody: () => true });
    const notified: boolean[] = [];
    server.onRequest = (exchange) => {
      exchange.acknowledge();
      notified.push(exchange.notify(bare(Code.Changed)));
      exchange.ignore();
    };
    expect(await block(server, 0)).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    expect(notified).toEqual([false]);
    await server.expectNoState();
  });

  it("closes a response's source that no block came for any more", async () => {
    let closed = 0;
    const source = { read: () => new Uint8Array(1), close: () => void closed++ };
    const { server } = await openStreams(async (body, exchange) => {
      for await (const _ of body) break;
      exchange.respond(content(source));
      exchange.respond(content(source));
    });
    await block(server, 0);
    expect(closed).toBe(1);
    await server.advance(60_001);
    expect(closed).toBe(2);
    await server.expectNoState();
  });

  it("ends what is under way when the endpoint closes, and lets go of its peers", async () => {
    const { server, handlers } = await openStreams((body, exchange) => collect([], body, exchange));
    await block(server, 0);
    expect(server.counters).toMatchObject({ openExchanges: 1, pinnedPeers: 1 });
    await server.endpoint.close();
    expect(await handlers[0]).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    server.exchanges[0]?.respond(bare(Code.Changed));
    expect(server.takeSent()).toEqual([]);
    await server.expectNoState();
  });

  it("hands a body over whole where it is in one message, and where its route says so", async () => {
    const server = await openServer({ streamsBody: (method) => method === Code.PUT });
    const seen: [number, boolean][] = [];
    server.onRequest = (exchange) => {
      seen.push([exchange.request.payload.length, exchange.request.bodyStream !== undefined]);
      exchange.respond(bare(Code.Changed));
    };
    server.ask({ code: Code.PUT, payload: BODY.subarray(0, 40) });
    server.upload(BODY, 2, { code: Code.POST });
    expect(seen).toEqual([
      [40, false],
      [300, false],
    ]);
    await server.expectNoState();
  });
});
