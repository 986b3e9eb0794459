import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { DEFAULT_LIMITS } from "../src/endpoint/endpoint-options.js";
import type { CoapkitError } from "../src/errors/coapkit-error.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { ALICE, BOB, bare, block1Of, bodyOf, content, openServer } from "./support/server-fixture.js";
import { encodeMessage, observeOf } from "./support/wire.js";

const client = (number: number) => `198.51.${number >>> 8}.${number & 0xff}:5683`;
const REGISTER = [{ number: OptionNumber.Observe, value: 0 }];
const LARGE = bodyOf(3_000);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("EndpointLimits", () => {
  it("have defaults that are safe", () => {
    const MIB = 1_048_576;
    expect(DEFAULT_LIMITS).toMatchObject({
      peers: 65_536,
      messageWindowBytes: 16 * MIB,
      replyBytes: 16 * MIB,
      safeReplyBytes: 4 * MIB,
      observers: 10_000,
      observersPerPeer: 100,
      bodiesBytes: 16 * MIB,
      bodiesPerPeer: 16,
      bodyIdleMs: 60_000,
      streamedUploads: 1_024,
    });
  });

  it("peers: the longest unseen is forgotten, with its messages, uploads and representations", async () => {
    const server = await openServer({ limits: { peers: 8 } });
    server.onRequest = (exchange) => exchange.respond(content(LARGE));
    server.ask(block1Of(LARGE, 0, true, 6), ALICE);
    const repeated = { code: Code.POST, messageId: 5 };
    server.ask(repeated, ALICE);
    expect(server.counters).toMatchObject({ uploads: 1, representations: 1 });
    server.onRequest = (exchange) => exchange.respond(content());
    for (let number = 0; number < 100; number++) expect(server.ask({}, client(number)).text).toBe("hello");
    expect(server.counters).toMatchObject({ peers: 8, uploads: 0, representations: 0 });
    expect(server.counters.evictedPeers).toBeGreaterThanOrEqual(93);
    expect(server.ask(repeated, ALICE).text).toBe("hello");
    await server.expectNoState();
  });

  it("peers: those with work in flight or observations stay, and strangers find no room until they are done", async () => {
    const server = await openServer({ limits: { peers: 3 } });
    server.onRequest = (exchange) => exchange.acknowledge();
    for (let number = 0; number < 2; number++) server.ask({ token: [number] }, client(number));
    server.onRequest = (exchange) => void exchange.notify({ ...bare(Code.Content), payload: "0" });
    server.ask({ options: REGISTER }, ALICE);
    expect(server.counters).toMatchObject({ pinnedPeers: 3 });
    expect(server.receive({}, BOB)).toEqual([]);
    expect(server.counters.evictedPeers).toBe(0);
    server.exchanges[2]?.notify({ ...bare(Code.Content), payload: "1" });
    expect(server.sent.at(-1)?.to).toBe(ALICE);
    server.takeSent();
    server.exchanges[0]?.ignore();
    server.onRequest = (exchange) => exchange.respond(content());
    expect(server.ask({}, BOB).text).toBe("hello");
    server.exchanges[1]?.respond(content());
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("messageWindowBytes: what is forgotten early is counted, and the last 16 messages of a peer stay", async () => {
    const server = await openServer({ limits: { messageWindowBytes: 0 } });
    for (let messageId = 0; messageId < 64; messageId++) server.ask({ code: Code.POST, messageId });
    expect(server.counters.forgottenEarly).toBe(48);
    for (let messageId = 48; messageId < 64; messageId++) server.ask({ code: Code.POST, messageId });
    expect(server.exchanges).toHaveLength(64);
    await server.expectNoState();
  });

  it.each([1, 4_096, 5_000, 100_000])(
    "replyBytes and safeReplyBytes: %d bytes work, whatever the number",
    async (bytes) => {
      const server = await openServer({ limits: { replyBytes: bytes, safeReplyBytes: bytes } });
      server.onRequest = (exchange) => exchange.respond(content(LARGE.subarray(0, exchange.request.messageId * 7)));
      for (const code of [Code.GET, Code.POST]) {
        for (let messageId = 1; messageId < 140; messageId++) {
          const first = server.ask({ code, messageId });
          expect(first.payload).toEqual(LARGE.subarray(0, messageId * 7));
          expect(server.ask({ code, messageId }).bytes).toEqual(first.bytes);
        }
      }
      expect(server.exchanges).toHaveLength(278);
      await server.expectNoState();
    },
  );

  it("observers and observersPerPeer: beyond them a registration is a plain request", async () => {
    const server = await openServer({ limits: { observers: 20, observersPerPeer: 5 } });
    server.onRequest = (exchange) => {
      if (!exchange.notify({ ...bare(Code.Content), payload: "0" })) exchange.respond(content());
    };
    let registered = 0;
    for (let number = 0; number < 8; number++)
      for (let token = 0; token < 8; token++)
        if (observeOf(server.ask({ token: [token], options: REGISTER }, client(number))) !== undefined) registered++;
    expect(registered).toBe(20);
    expect(server.counters).toMatchObject({ observers: 20, observersRefused: 44, pinnedPeers: 4 });
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("bodiesPerPeer: the upload that was idle longest makes room, others' stay", async () => {
    const server = await openServer({ limits: { bodiesPerPeer: 2 } });
    const path = (value: number) => ({ options: [{ number: OptionNumber.UriPath, value: `${value}` }] });
    server.ask(block1Of(LARGE, 0, true, 6), BOB);
    for (const value of [1, 2, 3]) server.ask(block1Of(LARGE, 0, true, 6, path(value)));
    expect(server.counters).toMatchObject({ uploads: 3, uploadsEvicted: 1 });
    expect(server.ask(block1Of(LARGE, 1_024, true, 6, path(1))).code).toBe(Code.RequestEntityIncomplete);
    for (const value of [2, 3])
      expect(server.ask(block1Of(LARGE, 1_024, true, 6, path(value))).code).toBe(Code.Continue);
    expect(server.ask(block1Of(LARGE, 1_024, true, 6), BOB).code).toBe(Code.Continue);
    await server.expectNoState();
  });

  it("bodiesBytes and bodyIdleMs: unfinished bodies hold no more, and no longer", async () => {
    const server = await openServer({ limits: { bodiesBytes: 65_536, bodyIdleMs: 1_000 } });
    for (let number = 0; number < 60; number++) {
      for (const offset of [0, 1_024]) server.ask(block1Of(LARGE, offset, true, 6), client(number));
      expect(server.counters.uploadBytes).toBeLessThanOrEqual(65_536);
    }
    expect(server.counters.uploadsEvicted).toBeGreaterThan(0);
    await server.advance(1_001);
    expect(server.counters).toMatchObject({ uploads: 0, uploadBytes: 0 });
    await server.expectNoState();
  });

  it("streamedUploads: the body that was idle longest ends for its handler, and for a client that sends on", async () => {
    const server = await openServer({ streamsBody: () => true, limits: { streamedUploads: 3 } });
    const ended: string[] = [];
    server.onRequest = ({ request }) => {
      const { address } = request.peer;
      const blocks = request.bodyStream?.[Symbol.asyncIterator]();
      void blocks
        ?.next()
        .then(() => blocks.next().catch((error: CoapkitError) => ended.push(`${address} ${error.code}`)));
    };
    for (let number = 0; number < 5; number++) {
      const sent = server.receive(block1Of(LARGE, 0, true, 6), client(number));
      await settle();
      expect([...sent, ...server.takeSent()]).toMatchObject([{ code: Code.Continue }]);
      expect(server.counters.streamedUploads).toBe(Math.min(number + 1, 3));
    }
    expect(ended).toEqual(["198.51.0.0 COAPKIT_ERR_ABORTED", "198.51.0.1 COAPKIT_ERR_ABORTED"]);
    expect(server.counters).toMatchObject({ uploads: 3, uploadsEvicted: 2 });
    expect(server.ask(block1Of(LARGE, 1_024, true, 6), client(0)).code).toBe(Code.RequestEntityIncomplete);
    for (const exchange of server.exchanges) exchange.ignore();
    await server.expectNoState();
  });

  it("streamedUploads: 0 refuses bodies in blocks before their handler runs, and takes those of one message", async () => {
    const server = await openServer({ streamsBody: () => true, limits: { streamedUploads: 0 } });
    expect(server.ask(block1Of(LARGE, 0, true, 6)).code).toBe(Code.ServiceUnavailable);
    expect([server.exchanges.length, server.counters.blocksRefused]).toEqual([0, 1]);
    server.onRequest = (exchange) => exchange.respond(content());
    expect(server.ask({ code: Code.PUT, payload: LARGE.subarray(0, 100) }).text).toBe("hello");
    await server.expectNoState();
  });

  it("representationsBytes: what is fetched block by block makes room for newer, and a GET goes on all the same", async () => {
    const server = await openServer({ limits: { representationsBytes: 10_000 } });
    server.onRequest = (exchange) => exchange.respond(content(LARGE));
    const block2 = (number: number) => ({ options: [{ number: OptionNumber.Block2, value: number * 16 + 6 }] });
    for (let number = 0; number < 20; number++) {
      server.ask(block2(0), client(number));
      expect(server.counters.representationBytes).toBeLessThanOrEqual(10_000);
    }
    expect(server.counters.representationsEvicted).toBe(20 - (server.counters.representations ?? 0));
    expect(server.ask(block2(2), client(0)).payload).toEqual(LARGE.subarray(2_048));
    await server.expectNoState();
  });

  it("representationsBytes: a response that is too large to be kept is served to a GET block by block", async () => {
    const server = await openServer({ limits: { representationsBytes: 1_000 } });
    server.onRequest = (exchange) => exchange.respond(content(LARGE));
    expect(server.download(6).map(({ payload }) => payload.length)).toEqual([1_024, 1_024, 952]);
    expect(server.exchanges).toHaveLength(3);
    await server.expectNoState();
  });
});

describe("the path of a request that is answered at once", () => {
  it.each([Type.CON, Type.NON])("sets no timer, reads no clock and leaves nothing behind (type %d)", async (type) => {
    const server = await openServer();
    server.ask({ type });
    let calls = 0;
    const { nowMs, setTimer } = server.clock;
    server.clock.nowMs = () => {
      calls++;
      return nowMs.call(server.clock);
    };
    server.clock.setTimer = (delayMs, callback) => {
      calls++;
      return setTimer.call(server.clock, delayMs, callback);
    };
    let sent = 0;
    server.transport.send = () => void sent++;
    for (let messageId = 0; messageId < 2_000; messageId++) {
      const code = messageId % 2 === 0 ? Code.GET : Code.POST;
      server.transport.deliver(encodeMessage({ type, code, messageId, payload: "x" }), ALICE);
    }
    expect(sent).toBe(2_000);
    expect(calls).toBe(0);
    expect(server.counters).toMatchObject({ openExchanges: 0, pinnedPeers: 0, unacknowledged: 0 });
    await server.expectNoState();
  });
});
