import { describe, expect, it } from "vitest";
import { encodeBlock } from "../src/block/block-option.js";
import type { DiscoveryRequest } from "../src/client/client.js";
import type { IncomingResponse } from "../src/client/incoming-response.js";
import { Code } from "../src/code/code.js";
import { Endpoint } from "../src/endpoint/endpoint.js";
import type { EndpointOptions } from "../src/endpoint/endpoint-options.js";
import type { OutgoingResponse } from "../src/exchange/outgoing-response.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionValueError } from "../src/option/option-error.js";
import { OptionNumber } from "../src/option/option-number.js";
import type { RandomSource } from "../src/ports/random-source.js";
import { LONG_MS, openEndpoint, text, uriOf } from "./support/client-fixture.js";
import { MemoryNetwork } from "./support/memory-network.js";
import {
  ALICE,
  BOB,
  bare,
  bodyOf,
  content,
  DirectTransport,
  joined,
  only,
  openServer,
  type ServerFixture,
} from "./support/server-fixture.js";
import { VirtualClock } from "./support/virtual-clock.js";
import { blockOf, encodeMessage, observeOf } from "./support/wire.js";

const LEISURE_MS = 5_000;

/** A random source that a test turns. */
class Dial implements RandomSource {
  value = 0;

  fraction(): number {
    return this.value;
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length);
  }
}

const option = (number: number, value: number | Uint8Array) => [{ number, value }];
const block2 = (number: number, szx: number) => option(OptionNumber.Block2, encodeBlock(number, false, szx));

/** Sends a request to the group. @returns what comes within the leisure */
async function askGroup(server: ServerFixture, parts: Parameters<ServerFixture["receiveFromGroup"]>[0], from = ALICE) {
  const atOnce = server.receiveFromGroup(parts, from);
  return [...atOnce, ...(await server.advance(LEISURE_MS))];
}

describe("messages to a group (RFC 7252 §8.1)", () => {
  it("MUST be Non-confirmable: a CON is dropped in silence, and counted", async () => {
    const server = await openServer();
    expect(await askGroup(server, { type: Type.CON })).toEqual([]);
    expect(server.exchanges).toEqual([]);
    expect(server.counters).toMatchObject({ groupConfirmables: 1, requests: 0 });
    await server.expectNoState();
  });

  it.each([
    ["a CoAP ping", [0x40, 0, 0, 1], "groupConfirmables"],
    ["an empty NON", [0x50, 0, 0, 1], "malformed"],
    ["an empty NON with a token", [0x51, 0, 0, 1, 7], "malformed"],
    ["a CON with a format error", [0x41, 1, 0, 1], "malformed"],
    ["a NON with a format error", [0x50, 1, 0, 1, 0xf0], "malformed"],
    ["a NON with a reserved code", [0x50, 0x20, 0, 1], "malformed"],
    ["a CON with a reserved code", [0x40, 0xe0, 0, 1], "groupConfirmables"],
    ["a NON response", [0x51, 0x45, 0, 1, 9], "unmatched"],
    ["a CON response", [0x41, 0x45, 0, 1, 9], "groupConfirmables"],
    ["an ACK", [0x60, 0, 0, 1], "unmatched"],
    ["an RST", [0x70, 0, 0, 1], "unmatched"],
    ["another version", [0x90, 1, 0, 1], "notCoap"],
  ])("MUST NOT be answered with Reset or ACK: %s", async (_, bytes, counter) => {
    const server = await openServer();
    expect(server.receiveBytesFromGroup(Uint8Array.from(bytes))).toEqual([]);
    expect(await server.advance(LEISURE_MS)).toEqual([]);
    expect(server.exchanges).toEqual([]);
    expect(server.counters).toMatchObject({ received: 1, [counter]: 1 });
    await server.expectNoState();
  });

  it("are told from those to the endpoint itself, for handlers as well", async () => {
    const server = await openServer();
    await askGroup(server, {});
    server.ask({ type: Type.NON });
    expect(server.exchanges.map(({ request }) => request.isMulticast)).toEqual([true, false]);
    await server.expectNoState();
  });

  it("are handled and answered once, however often they come", async () => {
    const dial = new Dial();
    const server = await openServer({ random: dial });
    dial.value = 0.5;
    const request = { code: Code.POST, messageId: 7 };
    server.onRequest = () => undefined;
    server.receiveFromGroup(request);
    server.receiveFromGroup(request); // while the handler runs
    only(server.exchanges).respond(content());
    server.receiveFromGroup(request); // while the response waits
    expect(await server.advance(LEISURE_MS)).toHaveLength(1);
    expect(await askGroup(server, request)).toEqual([]); // once it is answered
    only(server.exchanges).respond(content("again"));
    expect(await server.advance(LEISURE_MS)).toEqual([]);
    expect(server.counters).toMatchObject({ duplicates: 3, requests: 1, responses: 1 });
    server.onRequest = (exchange) => exchange.respond(content());
    expect(await askGroup(server, request, BOB)).toHaveLength(1);
    await server.expectNoState();
  });

  it("are handled once also where their window had no room to remember them", async () => {
    const server = await openServer({ limits: { messageWindowBytes: 0 } });
    server.onRequest = () => undefined;
    for (let messageId = 0; messageId < 17; messageId++) server.receiveFromGroup({ messageId });
    expect(server.counters.forgottenEarly).toBe(1);
    server.receiveFromGroup({ messageId: 0 });
    expect(server.exchanges).toHaveLength(17);
    for (const exchange of server.exchanges) exchange.respond(content());
    expect(await server.advance(LEISURE_MS)).toHaveLength(17);
    await server.expectNoState();
  });
});

describe("responses to a group request (RFC 7252 §8.2)", () => {
  it("are NON, from the endpoint's own address, with a fresh message ID and the token", async () => {
    const server = await openServer();
    const answer = only(await askGroup(server, { messageId: 7, token: [9, 8, 7] }));
    expect(answer).toMatchObject({ type: Type.NON, code: Code.Content, token: [9, 8, 7], text: "hello" });
    expect(answer.messageId).not.toBe(7);
    expect(only(server.sent).to).toBe(ALICE);
    expect(answer.options.uint(OptionNumber.ContentFormat)).toBe(0);
    await server.expectNoState();
  });

  it.each([
    [0, {}, 0],
    [0.25, {}, 1_250],
    [0.999, {}, 4_995],
    [0.5, { defaultLeisureMs: 600 }, 300],
    [0.5, { defaultLeisureMs: 0 }, 0],
  ])("SHOULD be sent at a random point of time within the leisure: %d", async (fraction, parameters, atMs) => {
    const dial = new Dial();
    const server = await openServer({ random: dial, parameters });
    dial.value = fraction;
    expect(server.receiveFromGroup({})).toEqual([]);
    expect(server.counters.groupResponsesWaiting).toBe(1);
    await server.advance(LEISURE_MS);
    expect(only(server.sent).atMs).toBe(atMs);
    await server.expectNoState();
  });

  it("wait behind one timer, and go in the order of their times", async () => {
    const dial = new Dial();
    const server = await openServer({ random: dial });
    for (const [index, fraction] of [0.8, 0.2, 0.5].entries()) {
      dial.value = fraction;
      server.receiveFromGroup({ token: [index] }, `192.0.2.${index + 1}:40000`);
    }
    expect(server.clock.pendingTimers).toBe(2); // and the one of the seconds
    const answers = await server.advance(LEISURE_MS);
    expect(answers.map(({ token }) => token)).toEqual([[1], [2], [0]]);
    expect(server.sent.map(({ to }) => to)).toEqual(["192.0.2.2:40000", "192.0.2.3:40000", "192.0.2.1:40000"]);
    await server.expectNoState();
  });

  it("come from handlers that wait, too", async () => {
    const server = await openServer();
    server.onRequest = () => undefined;
    server.receiveFromGroup({ token: [4, 2], payload: "kept" });
    const { request } = only(server.exchanges);
    expect(server.counters).toMatchObject({ openExchanges: 1, pinnedPeers: 1 });
    await server.advance(60_000);
    expect(new TextDecoder().decode(request.payload)).toBe("kept");
    only(server.exchanges).acknowledge();
    only(server.exchanges).respond(content("late"));
    expect(only(await server.advance(LEISURE_MS))).toMatchObject({ type: Type.NON, token: [4, 2], text: "late" });
    await server.expectNoState();
  });

  it.each([
    ["4.04", bare(Code.NotFound)],
    ["4.00 with a diagnosis", { ...bare(Code.BadRequest), payload: "why" }],
    ["5.00", bare(Code.InternalServerError)],
    ["an empty 2.05", bare(Code.Content)],
    ["a 2.05 without a byte", { ...bare(Code.Content), payload: new Uint8Array(0) }],
    [
      "a 2.05 from an empty source",
      { ...bare(Code.Content), payload: { sizeBytes: 0, read: () => new Uint8Array(0) } },
    ],
  ])("leave out %s", async (_, response: OutgoingResponse) => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.respond(response);
    expect(await askGroup(server, {})).toEqual([]);
    expect(server.counters).toMatchObject({ suppressed: 1, responses: 0, representations: 0 });
    await server.expectNoState();
  });

  it.each([Code.Created, Code.Deleted, Code.Changed])("keep an empty success of an action: %d", async (code) => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.respond(bare(code));
    expect(only(await askGroup(server, { code: Code.POST }))).toMatchObject({ type: Type.NON, code });
    await server.expectNoState();
  });

  const ALL = [Code.Content, Code.BadRequest, Code.InternalServerError];
  it.each([
    [0, ALL],
    [2, [Code.BadRequest, Code.InternalServerError]],
    [24, [Code.Content]],
    [26, []],
    [Uint8Array.of(0, 0), []],
  ])("go by No-Response %o, also for errors and empty ones (RFC 7967 §2.1)", async (value, expected) => {
    const server = await openServer();
    const codes: number[] = [];
    for (const code of ALL) {
      server.onRequest = (exchange) => exchange.respond(bare(code));
      const answers = await askGroup(server, { options: option(OptionNumber.NoResponse, value) });
      codes.push(...answers.map((answer) => answer.code));
    }
    expect(codes).toEqual(expected);
    await server.expectNoState();
  });

  it("are left out, and counted, beyond limits.groupResponses", async () => {
    const server = await openServer({ limits: { groupResponses: 2 } });
    for (let i = 0; i < 3; i++) server.receiveFromGroup({});
    server.onRequest = (exchange) => exchange.respond(content(bodyOf(3_000)));
    server.receiveFromGroup({});
    expect(server.counters).toMatchObject({ groupResponsesWaiting: 2, groupResponsesDropped: 2, representations: 0 });
    expect(await server.advance(LEISURE_MS)).toHaveLength(2);
    expect(await askGroup(server, {})).toHaveLength(1);
    await server.expectNoState();
  });

  it("fail where they are given when the wire cannot carry them", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => {
      const options = option(OptionNumber.ETag, new Uint8Array(70_000));
      expect(() => exchange.respond(content("hello", options))).toThrow(OptionValueError);
      exchange.respond(content("instead"));
    };
    expect(only(await askGroup(server, {})).text).toBe("instead");
    await server.expectNoState();
  });

  it("are none where the handler ignores the request or throws", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.ignore();
    expect(await askGroup(server, {})).toEqual([]);
    server.onRequest = () => {
      throw new Error("a bug");
    };
    expect(await askGroup(server, {})).toEqual([]);
    expect(server.warnings).toEqual(["request handler threw"]);
    await server.expectNoState();
  });

  it("are forgotten when the endpoint closes", async () => {
    const dial = new Dial();
    const server = await openServer({ random: dial });
    dial.value = 0.5;
    server.receiveFromGroup({});
    server.onRequest = () => undefined;
    server.receiveFromGroup({});
    await server.endpoint.close();
    server.exchanges[1]?.respond(content());
    expect(await server.advance(LEISURE_MS)).toEqual([]);
    await server.expectNoState();
  });
});

describe("group requests and other extensions", () => {
  it("register no observer (RFC 7641)", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => {
      expect(exchange.notify({ ...bare(Code.Content), payload: "observed" })).toBe(false);
      exchange.respond(content("plain"));
    };
    const answer = only(await askGroup(server, { options: option(OptionNumber.Observe, 0) }));
    expect([answer.text, observeOf(answer), server.counters.observers]).toEqual(["plain", undefined, 0]);
    await server.expectNoState();
  });

  it("end no observation, either", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => {
      if (!exchange.notify({ ...bare(Code.Content), payload: "observed" })) exchange.respond(content());
    };
    server.ask({ token: [1], options: option(OptionNumber.Observe, 0) });
    await askGroup(server, { token: [1], options: option(OptionNumber.Observe, 1) });
    expect(server.counters.observers).toBe(1);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it.each([
    ["a body", () => bodyOf(100)],
    [
      "a source",
      () => ({ sizeBytes: 100, read: (offset: number, size: number) => bodyOf(100).subarray(offset, offset + size) }),
    ],
  ])("are answered with the first block of %s; the rest comes by unicast (RFC 7959 §2.8)", async (_, bodyFor) => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.respond(content(bodyFor()));
    const first = only(await askGroup(server, { options: block2(0, 2) }));
    expect(first.type).toBe(Type.NON);
    expect(blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 2 });
    const second = server.ask({ options: block2(1, 2) });
    expect(blockOf(second, OptionNumber.Block2)).toEqual({ number: 1, more: false, szx: 2 });
    expect(joined([first, second])).toEqual(bodyOf(100));
    expect(server.exchanges).toHaveLength(1);
    await server.expectNoState();
  });

  it("are answered with a first block of blockBytes where none is asked for", async () => {
    const server = await openServer({ blockBytes: 64 });
    server.onRequest = (exchange) => exchange.respond(content(bodyOf(100)));
    const first = only(await askGroup(server, {}));
    expect(blockOf(first, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 2 });
    expect(first.payload).toEqual(bodyOf(100).subarray(0, 64));
    await server.expectNoState();
  });

  it.each([
    ["a later block", block2(1, 2)],
    ["the reserved SZX 7", block2(0, 7)],
    ["two Block2 options", [...block2(0, 2), ...block2(0, 2)]],
    ["Block1", option(OptionNumber.Block1, encodeBlock(0, true, 2))],
  ])("are ignored with %s, which RFC 7959 §2.8 leaves for further study", async (_, options) => {
    const server = await openServer();
    expect(await askGroup(server, { options })).toEqual([]);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it("stay silent where the source of their response fails", async () => {
    const server = await openServer();
    const read = (): never => {
      throw new Error("gone");
    };
    const sources = [{ read }, { read: async () => read() }];
    for (const payload of sources) {
      server.onRequest = (exchange) => exchange.respond(content(payload));
      expect(await askGroup(server, {})).toEqual([]);
    }
    expect(server.warnings).toEqual(Array(2).fill("source of a response failed"));
    await server.expectNoState();
  });
});

describe("groups of a transport", () => {
  it("that cannot be joined make open fail, and nothing stays open", async () => {
    const clock = new VirtualClock();
    const transport = new DirectTransport(clock);
    transport.multicast.open = () => Promise.reject(new Error("no such group"));
    const endpoint = new Endpoint({ transport, clock, random: new Dial() });
    await expect(endpoint.open()).rejects.toThrow("no such group");
    transport.onSend = () => expect.unreachable();
    transport.deliver(encodeMessage({ type: Type.CON, code: Code.GET, messageId: 1 }), ALICE);
    expect(endpoint.counters.received).toBe(0);
    await endpoint.close();
  });

  it("are no business of an endpoint that only asks", async () => {
    const server = await openServer({ onRequest: undefined });
    expect(await askGroup(server, {})).toEqual([]);
    expect(server.counters.suppressed).toBe(1);
    await server.expectNoState();
  });
});

describe("discovery by a client of this library (RFC 7252 §8.2)", () => {
  async function openMember(
    network: MemoryNetwork,
    host: string,
    clock: VirtualClock,
    onRequest: (exchange: ServerExchange) => void,
    random: RandomSource,
  ): Promise<Endpoint> {
    const options: Partial<EndpointOptions> = { transport: network.transport(host, 5683, true), onRequest, random };
    const member = openEndpoint(network, host, clock, options);
    await member.open();
    return member;
  }

  it("hears who has something to say, each at its leisure, large answers whole", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock);
    const large = bodyOf(3_000);
    const handlers = [
      (exchange: ServerExchange) => exchange.respond(content("links")),
      (exchange: ServerExchange) => exchange.respond(content(large)),
      (exchange: ServerExchange) => exchange.respond(bare(Code.NotFound)),
      (exchange: ServerExchange) => exchange.respond(bare(Code.Content)),
    ];
    const members: Endpoint[] = [];
    for (const [index, onRequest] of handlers.entries()) {
      const dial = new Dial();
      dial.value = (index + 1) / 5;
      members.push(await openMember(network, `10.0.0.${index + 11}`, clock, onRequest, dial));
    }
    const client = openEndpoint(network, "10.0.0.1", clock);
    await client.open();

    const request: DiscoveryRequest = { uri: uriOf("/.well-known/core", "224.0.1.187"), method: Code.GET };
    const answers: { readonly from: string; readonly atMs: number; readonly response: IncomingResponse }[] = [];
    const all = (async () => {
      for await (const response of client.discover(request))
        answers.push({ from: response.peer.address, atMs: clock.nowMs(), response });
    })();
    await clock.advance(LONG_MS);
    await all;

    expect(answers.map(({ from }) => from)).toEqual(["10.0.0.11", "10.0.0.12"]);
    expect(answers.map(({ atMs }) => atMs >= 1_000 && atMs < LEISURE_MS)).toEqual([true, true]);
    expect(text((answers[0] as { response: IncomingResponse }).response)).toBe("links");
    expect(answers[1]?.response.payload).toEqual(large);
    for (const endpoint of [client, ...members]) {
      await endpoint.close();
      expect(endpoint.counters).toMatchObject({ pendingRequests: 0, groupResponsesWaiting: 0, pinnedPeers: 0 });
    }
    await clock.advance(LONG_MS);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("a request to a group", () => {
  it("has no ETag (RFC 7252 §8.2.1): it is refused before anything is sent", async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock);
    const client = openEndpoint(network, "10.0.0.1", clock);
    await client.open();
    const options = [{ number: OptionNumber.ETag, value: Uint8Array.of(1) }];
    const answers = client.discover({ uri: uriOf("/", "224.0.1.187"), method: Code.GET, options });
    await expect(answers.next()).rejects.toThrow("ETag");
    expect(network.sent).toEqual([]);
    await client.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it("has a message ID that no message to a member has, so that one that remembers IDs takes both", async () => {
    const server = await openServer();
    const toMember = new Set<number>();
    for (let id = 0; id < 61_440; id++) toMember.add(server.ask({ type: Type.NON, messageId: id }).messageId);
    const discovery = { uri: uriOf("/", "224.0.1.187"), method: Code.GET };
    const answer = server.endpoint.discover({ ...discovery, timeoutMs: 1 }).next();
    const toGroups = (await server.advance(10)).map(({ messageId }) => messageId);
    await answer;
    expect(toMember.size).toBe(61_440);
    expect(toGroups).toHaveLength(1);
    expect(toGroups.filter((id) => toMember.has(id))).toEqual([]);
    await server.expectNoState();
  }, 30_000);

  it("is answered before the endpoint closes, where the close leaves time for its handler", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => void server.clock.setTimer(50, () => exchange.respond(content("late")));
    server.receiveFromGroup({});
    const closed = server.endpoint.close(1_000);
    await server.advance(40);
    expect(server.counters.openExchanges).toBe(1);
    await server.advance(20);
    await closed;
    expect(server.counters).toMatchObject({ openExchanges: 0, responses: 1 });
    await server.expectNoState();
  });
});
