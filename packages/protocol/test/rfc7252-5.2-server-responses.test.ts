import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { ALICE, bare, content, only, openServer } from "./support/server-fixture.js";

describe("RFC 7252 §5.2.1 piggybacked responses", () => {
  it("answer a CON in its ACK, with its message ID and token", async () => {
    const server = await openServer();
    const answer = server.ask({ messageId: 0xbeef, token: [1, 2, 3] });
    expect(answer).toMatchObject({ type: Type.ACK, code: Code.Content, messageId: 0xbeef, token: [1, 2, 3] });
    expect(answer.options.uint(OptionNumber.ContentFormat)).toBe(0);
    expect(answer.text).toBe("hello");
    await server.expectNoState();
  });

  it("go out when a handler ends within the piggyback window", async () => {
    const server = await openServer({ piggybackMs: 100 });
    server.onRequest = () => undefined;
    expect(server.receive({ messageId: 6 })).toEqual([]);
    expect(await server.advance(99)).toEqual([]);
    server.exchanges[0]?.respond(content("now"));
    expect(server.takeSent()).toMatchObject([{ type: Type.ACK, messageId: 6, text: "now" }]);
    expect(await server.advance(10_000)).toEqual([]);
    await server.expectNoState();
  });
});

describe("RFC 7252 §5.2.2 separate responses", () => {
  it("follow an empty ACK when the piggyback window has ended, as a CON with a message ID of its own", async () => {
    const server = await openServer({ piggybackMs: 100 });
    server.onRequest = () => undefined;
    server.receive({ messageId: 6, token: [5] });
    expect(await server.advance(100)).toMatchObject([{ type: Type.ACK, code: Code.Empty, messageId: 6, token: [] }]);
    server.exchanges[0]?.respond(content("later"));
    const response = only(server.takeSent());
    expect(response).toMatchObject({ type: Type.CON, token: [5], text: "later" });
    server.reply(Type.ACK, response.messageId);
    await server.expectNoState();
  });

  it("send the empty ACK of each request in its time", async () => {
    const server = await openServer({ piggybackMs: 100 });
    server.onRequest = () => undefined;
    server.receive({ messageId: 1 });
    await server.advance(40);
    server.receive({ messageId: 2 });
    await server.advance(40);
    server.receive({ messageId: 3, type: Type.NON });
    server.exchanges[0]?.respond(content());
    expect(server.takeSent()).toMatchObject([{ messageId: 1, type: Type.ACK, code: Code.Content }]);
    expect(await server.advance(59)).toEqual([]);
    expect(await server.advance(1)).toMatchObject([{ messageId: 2, type: Type.ACK, code: Code.Empty }]);
    for (const exchange of server.exchanges) exchange.respond(content());
    expect(server.takeSent()).toMatchObject([{ type: Type.CON }, { type: Type.NON }]);
    await server.expectNoState();
  });

  it("acknowledge at once where the handler asks for it, and once only", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => {
      exchange.acknowledge();
      exchange.acknowledge();
    };
    expect(server.ask({ messageId: 4 })).toMatchObject({ type: Type.ACK, code: Code.Empty, messageId: 4 });
    expect(await server.advance(1_000)).toEqual([]);
    server.exchanges[0]?.respond(content());
    server.exchanges[0]?.respond(content());
    expect(server.takeSent()).toHaveLength(1);
    await server.expectNoState();
  });

  it("have the request's token and options although the transport's buffer is used again", async () => {
    const server = await openServer();
    server.onRequest = () => undefined;
    const options = [{ number: OptionNumber.UriPath, value: "late" }];
    server.receive({ token: [1, 2, 3, 4], options, code: Code.POST, payload: "kept" });
    server.receive({ token: [8, 8, 8, 8], code: Code.POST, payload: "xxxx" });
    const { request } = server.exchanges[0] ?? {};
    expect(request?.options.string(OptionNumber.UriPath)).toBe("late");
    expect(new TextDecoder().decode(request?.payload)).toBe("kept");
    expect(request?.peer.key).toBe(ALICE);
    for (const exchange of server.exchanges) exchange.respond(content());
    expect(server.takeSent().map(({ token }) => token[0])).toEqual([1, 8]);
    await server.expectNoState();
  });

  it("are sent as NON when too many await their ACK, so that slow handlers fill no memory", async () => {
    const server = await openServer({ limits: { separateResponses: 3, separateResponsesPerPeer: 1 } });
    server.onRequest = (exchange) => exchange.acknowledge();
    for (let i = 0; i < 4; i++) server.receive({}, "192.0.2.1:1");
    for (let i = 0; i < 4; i++) server.receive({}, "192.0.2.2:1");
    for (const exchange of server.exchanges) exchange.respond(content());
    const types = server.takeSent().map(({ type }) => type);
    expect(types).toEqual([Type.CON, Type.NON, Type.NON, Type.CON, Type.NON, Type.NON, Type.NON]);
    expect(server.counters).toMatchObject({ unacknowledged: 2, queued: 1, separateUnconfirmed: 5 });
    await server.expectNoState();
    server.takeSent();
    expect(server.ask({}, "192.0.2.3:1")).toMatchObject({ type: Type.ACK, code: Code.Empty });
    server.exchanges.at(-1)?.respond(content());
    expect(server.takeSent()).toMatchObject([{ type: Type.CON }]);
    await server.expectNoState();
  });
});

describe("RFC 7252 §5.2.3 NON requests", () => {
  it("are answered by a NON with a fresh message ID and the token", async () => {
    const server = await openServer();
    const answers = [1, 2, 3].map((token) => server.ask({ type: Type.NON, messageId: 500 + token, token: [token] }));
    expect(answers).toMatchObject([1, 2, 3].map((token) => ({ type: Type.NON, code: Code.Content, token: [token] })));
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(3);
    await server.expectNoState();
  });

  it("are never acknowledged, however long the handler takes", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.acknowledge();
    expect(server.receive({ type: Type.NON, token: [3] })).toEqual([]);
    expect(await server.advance(10_000)).toEqual([]);
    server.exchanges[0]?.respond(content());
    expect(server.takeSent()).toMatchObject([{ type: Type.NON, token: [3] }]);
    await server.expectNoState();
  });
});

describe("RFC 7252 §5.4.1 requests that are ignored", () => {
  it("are acknowledged as CON and left alone as NON", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.ignore();
    expect(server.ask({ messageId: 3 })).toMatchObject({ type: Type.ACK, code: Code.Empty, messageId: 3 });
    expect(server.receive({ type: Type.NON })).toEqual([]);
    for (const exchange of server.exchanges) exchange.respond(content());
    expect(server.takeSent()).toEqual([]);
    await server.expectNoState();
  });
});

describe("RFC 7967 No-Response", () => {
  const noResponse = (value: number) => [{ number: OptionNumber.NoResponse, value }];
  const CODES = [Code.Content, Code.BadRequest, Code.InternalServerError];

  it.each([
    [0, CODES],
    [2, [Code.BadRequest, Code.InternalServerError]],
    [8, [Code.Content, Code.InternalServerError]],
    [16, [Code.Content, Code.BadRequest]],
    [26, []],
    [127, []],
  ])("of value %d suppresses the classes it names", async (value, expected) => {
    const server = await openServer();
    const sent: number[] = [];
    for (const code of CODES) {
      server.onRequest = (exchange) => exchange.respond(bare(code));
      sent.push(...server.receive({ type: Type.NON, options: noResponse(value) }).map((answer) => answer.code));
    }
    expect(sent).toEqual(expected);
    expect(server.counters.suppressed).toBe(CODES.length - expected.length);
    await server.expectNoState();
  });

  it("still acknowledges a CON, with an empty ACK that is repeated for a duplicate", async () => {
    const server = await openServer();
    const request = { code: Code.POST, messageId: 3, options: noResponse(2) };
    for (let i = 0; i < 2; i++)
      expect(server.ask(request)).toMatchObject({ type: Type.ACK, code: Code.Empty, messageId: 3 });
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("leaves out a separate response", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.acknowledge();
    server.ask({ options: noResponse(26) });
    server.exchanges[0]?.respond(content());
    expect(server.takeSent()).toEqual([]);
    await server.expectNoState();
  });

  it("of more than its one byte is ignored, as it is elective", async () => {
    const server = await openServer();
    const options = [{ number: OptionNumber.NoResponse, value: Uint8Array.of(0, 26) }];
    expect(server.ask({ options })).toMatchObject({ code: Code.Content });
    await server.expectNoState();
  });

  it("that suppresses success makes no observer", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => {
      if (!exchange.notify({ ...bare(Code.Content) })) exchange.respond(content());
    };
    const options = [{ number: OptionNumber.Observe, value: 0 }, ...noResponse(2)];
    expect(server.ask({ options })).toMatchObject({ type: Type.ACK, code: Code.Empty });
    expect(server.counters.observers).toBe(0);
    await server.expectNoState();
  });
});

describe("handlers that fail", () => {
  it("are answered 5.00 without detail, and the endpoint lives on", async () => {
    const server = await openServer();
    server.onRequest = () => {
      throw new Error("INTERNAL-DETAIL");
    };
    expect(server.ask({})).toMatchObject({ type: Type.ACK, code: Code.InternalServerError, text: "" });
    server.onRequest = (exchange) => {
      exchange.respond(content());
      throw new Error("after the answer");
    };
    expect(server.ask({})).toMatchObject({ code: Code.Content });
    expect(server.warnings).toHaveLength(2);
    await server.expectNoState();
  });
});

describe("close", () => {
  it("ends what is open, and nothing is sent or kept afterwards", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.acknowledge();
    for (let i = 0; i < 3; i++) server.receive({});
    server.exchanges[0]?.respond(content());
    server.exchanges[1]?.respond(content());
    await server.endpoint.close();
    server.takeSent();
    server.exchanges[2]?.respond(content());
    expect(server.takeSent()).toEqual([]);
    expect(await server.advance(100_000)).toEqual([]);
    await server.expectNoState();
  });
});
