import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { OutgoingResponse } from "../src/exchange/outgoing-response.js";
import { Type } from "../src/message/message-type.js";
import { ALICE, BOB, bare, content, openServer } from "./support/server-fixture.js";
import { encodeMessage } from "./support/wire.js";

const request = (code: number, messageId = 0x2345, token: readonly number[] = [9]) =>
  encodeMessage({ type: Type.CON, code, messageId, token, payload: code === Code.GET ? "" : "x" });

const UNSAFE = [Code.POST, Code.PUT, Code.DELETE, Code.PATCH, Code.IPATCH, 0x1f];

describe("RFC 7252 §4.5 duplicates of a CON", () => {
  it.each([Code.GET, Code.FETCH, ...UNSAFE])(
    "are answered byte for byte as the first copy, and method %d runs once",
    async (code) => {
      const server = await openServer();
      const bytes = request(code);
      const [first] = server.receiveBytes(bytes);
      for (let i = 0; i < 5; i++) {
        server.ask({ token: [i] }); // others in between
        const [again, ...more] = server.receiveBytes(bytes);
        expect(again?.bytes).toEqual(first?.bytes);
        expect(more).toEqual([]);
      }
      expect(server.exchanges).toHaveLength(6);
      expect(server.counters.duplicates).toBe(5);
      await server.expectNoState();
    },
  );

  it("are answered the same after an error", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.respond(bare(Code.NotFound));
    const bytes = request(Code.GET);
    const [first] = server.receiveBytes(bytes);
    expect(first?.code).toBe(Code.NotFound);
    expect(server.receiveBytes(bytes)[0]?.bytes).toEqual(first?.bytes);
    await server.expectNoState();
  });

  it("get an empty ACK while the handler runs, and the answer comes as a separate response", async () => {
    const server = await openServer();
    server.onRequest = () => undefined;
    const bytes = request(Code.POST);
    expect(server.receiveBytes(bytes)).toEqual([]);
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 0x2345 }]);
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 0x2345 }]);
    server.exchanges[0]?.respond(bare(Code.Changed));
    const [response] = server.takeSent();
    expect(response).toMatchObject({ type: Type.CON, code: Code.Changed, token: [9] });
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 0x2345 }]);
    server.reply(Type.ACK, response?.messageId as number);
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 0x2345 }]);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("get an empty ACK after a request that was ignored", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.ignore();
    const bytes = request(Code.POST);
    for (let i = 0; i < 2; i++)
      expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("of a GET whose reply is gone run the handler again, which §4.5 allows, also when it takes its time", async () => {
    const server = await openServer({ limits: { safeReplyBytes: 4_096 } });
    const bytes = request(Code.GET);
    const [first] = server.receiveBytes(bytes);
    for (let i = 0; i < 300; i++) server.ask({ token: [i & 0xff] }, BOB);
    server.onRequest = () => undefined;
    expect(server.receiveBytes(bytes)).toEqual([]);
    expect(server.counters.openExchanges).toBe(1);
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    expect(server.counters.openExchanges).toBe(1);
    expect(server.exchanges).toHaveLength(302);
    server.exchanges.at(-1)?.respond(content());
    expect(server.takeSent()).toMatchObject([{ type: Type.CON, text: "hello", token: first?.token }]);
    await server.expectNoState();
  });

  it.each(UNSAFE)("of method %d whose reply is gone get an empty ACK, and never run again", async (code) => {
    const server = await openServer({ limits: { replyBytes: 4_096 } });
    const bytes = request(code);
    server.receiveBytes(bytes);
    for (let i = 0; i < 300; i++) server.ask({ code: Code.POST, token: [i & 0xff] }, BOB);
    const handled = server.exchanges.length;
    expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 0x2345 }]);
    expect(server.exchanges).toHaveLength(handled);
    await server.expectNoState();
  });

  it("of a POST keep their reply while GETs pass, since safe methods have memory of their own", async () => {
    const server = await openServer({ limits: { safeReplyBytes: 4_096, replyBytes: 4_096 } });
    const bytes = request(Code.POST);
    const [first] = server.receiveBytes(bytes);
    for (let i = 0; i < 1_000; i++) server.ask({}, BOB);
    expect(server.receiveBytes(bytes)[0]?.bytes).toEqual(first?.bytes);
    await server.expectNoState();
  });

  it("are told apart by their source endpoint", async () => {
    const server = await openServer();
    const bytes = request(Code.POST);
    for (const from of [ALICE, BOB, "192.0.2.1:40001"]) expect(server.receiveBytes(bytes, from)).toHaveLength(1);
    expect(server.exchanges).toHaveLength(3);
    await server.expectNoState();
  });

  it("are new requests when EXCHANGE_LIFETIME is over, and not before", async () => {
    const server = await openServer();
    const bytes = request(Code.POST);
    server.receiveBytes(bytes);
    await server.advance(246_000);
    server.receiveBytes(bytes);
    expect(server.exchanges).toHaveLength(1);
    await server.advance(3_000);
    server.receiveBytes(bytes);
    expect(server.exchanges).toHaveLength(2);
    await server.expectNoState();
  });

  it("are not what reuses a message ID with other content", async () => {
    const server = await openServer();
    server.receiveBytes(request(Code.POST, 5, [1]));
    expect(server.receiveBytes(request(Code.POST, 5, [2]))).toMatchObject([{ messageId: 5, token: [2] }]);
    expect(server.exchanges).toHaveLength(2);
    await server.expectNoState();
  });

  it("are recognised for both of two requests that share a message ID while both handlers run", async () => {
    const server = await openServer();
    server.onRequest = () => undefined;
    server.receiveBytes(request(Code.POST, 5, [1]));
    server.receiveBytes(request(Code.POST, 5, [2]));
    expect(server.counters).toMatchObject({ openExchanges: 2, pinnedPeers: 1 });
    server.exchanges[0]?.respond(content("one"));
    expect(server.takeSent()).toMatchObject([{ type: Type.ACK, token: [1], text: "one" }]);
    expect(server.counters.openExchanges).toBe(1);
    expect(server.receiveBytes(request(Code.POST, 5, [2]))).toMatchObject([{ type: Type.ACK, code: Code.Empty }]);
    server.exchanges[1]?.respond(content("two"));
    expect(server.takeSent()).toMatchObject([{ type: Type.CON, token: [2], text: "two" }]);
    await server.expectNoState();
  });

  it("are recognised while the handler runs, although newer messages took its place in the window", async () => {
    const server = await openServer({ limits: { messageWindowBytes: 0 } });
    server.onRequest = (exchange) => (exchange.request.token[0] === 9 ? undefined : exchange.respond(content()));
    const bytes = request(Code.POST, 1);
    server.receiveBytes(bytes);
    for (let messageId = 2; messageId < 40; messageId++) server.ask({ messageId, token: [1] });
    expect(server.counters.forgottenEarly).toBeGreaterThan(0);
    for (let i = 0; i < 2; i++)
      expect(server.receiveBytes(bytes)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 1 }]);
    expect(server.exchanges.filter(({ request: { token } }) => token[0] === 9)).toHaveLength(1);
    server.exchanges[0]?.respond(content());
    await server.expectNoState();
  });

  it("get bytes that stay as they are until the transport has sent them", async () => {
    const server = await openServer({ limits: { replyBytes: 4_096 } });
    const sending: { readonly view: Uint8Array; readonly bytes: Uint8Array }[] = [];
    const requests = Array.from({ length: 250 }, (_, messageId) => request(Code.POST, messageId, [messageId]));
    for (const bytes of requests) server.receiveBytes(bytes);
    server.transport.send = (_peer, buffer, start, end) =>
      void sending.push({ view: buffer.subarray(start, end), bytes: buffer.slice(start, end) });
    for (const bytes of requests.slice(-150)) server.transport.deliver(bytes, ALICE);
    expect(sending.filter(({ bytes }) => bytes.length > 4).length).toBeGreaterThan(140);
    server.transport.pendingSends = sending.length;
    for (let messageId = 300; messageId < 500; messageId++)
      server.transport.deliver(request(Code.POST, messageId, [messageId & 0xff]), ALICE);
    for (const { view, bytes } of sending) expect(view).toEqual(bytes);
    await server.expectNoState();
  });
});

describe("RFC 7252 §4.5 duplicates of a NON", () => {
  it.each([Code.GET, Code.POST])("of method %d are ignored in silence", async (code) => {
    const server = await openServer();
    const bytes = encodeMessage({ type: Type.NON, code, messageId: 8, token: [1] });
    expect(server.receiveBytes(bytes)).toHaveLength(1);
    for (let i = 0; i < 3; i++) expect(server.receiveBytes(bytes)).toEqual([]);
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("are ignored while the handler runs, and when it ignored the request", async () => {
    const server = await openServer();
    const running = encodeMessage({ type: Type.NON, code: Code.POST, messageId: 8 });
    const ignored = encodeMessage({ type: Type.NON, code: Code.POST, messageId: 9 });
    server.onRequest = ({ request: { messageId } }) => {
      if (messageId === 9) server.exchanges.at(-1)?.ignore();
    };
    for (const bytes of [running, ignored, running, ignored]) expect(server.receiveBytes(bytes)).toEqual([]);
    expect(server.exchanges).toHaveLength(2);
    server.exchanges[0]?.respond(content());
    expect(server.takeSent()).toMatchObject([{ type: Type.NON }]);
    await server.expectNoState();
  });

  it("are new requests when NON_LIFETIME is over", async () => {
    const server = await openServer();
    const bytes = encodeMessage({ type: Type.NON, code: Code.POST, messageId: 8 });
    server.receiveBytes(bytes);
    await server.advance(144_000);
    server.receiveBytes(bytes);
    expect(server.exchanges).toHaveLength(1);
    await server.advance(3_000);
    server.receiveBytes(bytes);
    expect(server.exchanges).toHaveLength(2);
    await server.expectNoState();
  });

  it("are not a CON that has the same message ID", async () => {
    const server = await openServer();
    const parts = { code: Code.POST, messageId: 8 };
    expect(server.receive({ ...parts, type: Type.NON })).toMatchObject([{ type: Type.NON }]);
    expect(server.receive({ ...parts, type: Type.CON })).toMatchObject([{ type: Type.ACK, messageId: 8 }]);
    await server.expectNoState();
  });
});

describe("memory of replies", () => {
  it("refuses a response that fits no datagram where it is made, and answers the next one", async () => {
    const server = await openServer();
    const huge: OutgoingResponse = content("x", [{ number: 2_048, value: new Uint8Array(65_000) }]);
    const larger: OutgoingResponse = content("x", [...huge.options, ...huge.options]);
    server.onRequest = (exchange) => {
      expect(() => exchange.respond(larger)).toThrow("fits no datagram");
      exchange.respond(bare(Code.InternalServerError));
    };
    expect(server.ask({})).toMatchObject({ type: Type.ACK, code: Code.InternalServerError });
    await server.expectNoState();
  });
});
