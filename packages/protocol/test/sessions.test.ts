import { describe, expect, it } from "vitest";
import { encodeBlock } from "../src/block/block-option.js";
import { Code } from "../src/code/code.js";
import { ClosedError } from "../src/errors/network-error.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { NO_PEER } from "../src/peer/peer-directory.js";
import type { RemotePeer } from "../src/peer/remote-peer.js";
import { SeededRandom } from "./support/seeded-random.js";
import { bare, content, openServer } from "./support/server-fixture.js";
import { SessionTransport } from "./support/session-transport.js";

const HOME = "192.0.2.1:40000";
const AWAY = "198.51.100.7:50000";
const REGISTER = [{ number: OptionNumber.Observe, value: 0 }];
const state = (payload: string) => ({ code: Code.Content, contentFormat: 0, options: [], payload });

async function open(limits = {}) {
  const transport = new SessionTransport();
  const server = await openServer({ transport, limits, random: new SeededRandom() });
  server.onRequest = (exchange) => exchange.respond(content("hello"));
  const peerOf = (index: number) => (server.exchanges[index] as ServerExchange).request.peer;
  return { server, transport, peerOf };
}

/** Why a request failed. */
async function failureOf(responses: AsyncIterableIterator<unknown>): Promise<unknown> {
  return responses.next().catch((error: unknown) => error);
}

describe("a principal", () => {
  it("is what the transport has verified, frozen and the same each time", async () => {
    const { server, transport, peerOf } = await open();
    transport.deliver(transport.handshake("sensor-7"), {});
    const { principal } = peerOf(0);
    expect(principal).toEqual({ source: "psk", name: "sensor-7" });
    expect(Object.isFrozen(principal)).toBe(true);
    expect(peerOf(0).principal).toBe(principal);
    await server.expectNoState();
  });

  it("is nobody over a transport that verifies nothing", async () => {
    const server = await openServer();
    server.ask({});
    expect(server.exchanges[0]?.request.peer.principal).toBeUndefined();
    await server.expectNoState();
  });

  it("stays that of the session for a handler that outlives it", async () => {
    const { server, transport, peerOf } = await open();
    server.onRequest = (exchange) => exchange.acknowledge();
    const gone = transport.deliver(transport.handshake("gone"), {});
    transport.peers.endSession(gone);
    transport.deliver(transport.handshake("other"), {});
    expect(peerOf(0).principal?.name).toBe("gone");
    expect(peerOf(1).principal?.name).toBe("other");
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("two sessions from one address", () => {
  it("are two peers: neither message IDs nor tokens are mixed up", async () => {
    const { server, transport, peerOf } = await open();
    server.onRequest = (exchange) => void exchange.notify(state("0"));
    const [one, two] = [transport.handshake("one"), transport.handshake("two")];
    for (const session of [one, two]) transport.deliver(session, { options: REGISTER });
    expect(server.counters).toMatchObject({ requests: 2, duplicates: 0, observers: 2, sessions: 2 });
    expect([peerOf(0).key, peerOf(1).key]).toEqual([`${HOME}#1`, `${HOME}#2`]);
    server.exchanges[1]?.notify(state("1"));
    expect(transport.sent.map(({ session, text }) => [session, text])).toEqual([
      [one, "0"],
      [two, "0"],
      [two, "1"],
    ]);
    await server.endpoint.close();
    await server.expectNoState();
  });
});

describe("a session that moves", () => {
  it("keeps duplicates, observations and its key, and is answered at its new address", async () => {
    const { server, transport, peerOf } = await open();
    server.onRequest = (exchange) => void exchange.notify(state("0"));
    const session = transport.handshake("mobile");
    const peer = transport.deliver(session, { options: REGISTER });
    transport.peers.move(peer, "198.51.100.7", 50_000);
    expect(transport.deliver(session, { options: REGISTER }, AWAY)).toBe(peer);
    server.exchanges[0]?.notify(state("1"), true);
    const last = transport.sent.at(-1);
    await server.advance(3_000);
    transport.deliver(session, { type: Type.ACK, code: Code.Empty, messageId: last?.messageId ?? -1, token: [] }, AWAY);
    expect(transport.sent.map(({ to, text }) => [to, text])).toEqual([
      [HOME, "0"],
      [AWAY, "0"],
      [AWAY, "1"],
      [AWAY, "1"],
    ]);
    expect(server.counters).toMatchObject({ requests: 1, duplicates: 1, observers: 1, unacknowledged: 0 });
    const { key, address, port } = peerOf(0);
    expect([key, address, port]).toEqual([`${HOME}#1`, "198.51.100.7", 50_000]);
    await server.endpoint.close();
    await server.expectNoState();
  });

  it("is reached by requests under way, and its response is taken from there", async () => {
    const { server, transport, peerOf } = await open();
    const session = transport.handshake("mobile");
    const peer = transport.deliver(session, {});
    const responses = server.endpoint.request({ peer: peerOf(0), method: Code.GET });
    const response = responses.next();
    await server.advance(0);
    transport.peers.move(peer, "198.51.100.7", 50_000);
    await server.advance(3_000);
    const [first, again] = transport.sent.slice(-2);
    expect([first?.to, again?.to]).toEqual([HOME, AWAY]);
    const { messageId = 0, token = [] } = again ?? {};
    transport.deliver(session, { type: Type.ACK, code: Code.Content, messageId, token }, AWAY);
    expect((await response).value?.code).toBe(Code.Content);
    await responses.return?.();
    await server.expectNoState();
  });
});

describe("the end of a session", () => {
  it("ends its observations, also that with a notification on its way, and no others", async () => {
    const { server, transport } = await open();
    const reasons: string[] = [];
    server.onRequest = (exchange) => {
      exchange.notify(state("0"));
      exchange.onInterestLost((reason) => reasons.push(`${exchange.request.peer.principal?.name} ${reason}`));
    };
    const gone = transport.deliver(transport.handshake("gone"), { options: REGISTER });
    transport.deliver(transport.handshake("other"), { options: REGISTER });
    server.exchanges[0]?.notify(state("1"), true);
    server.exchanges[0]?.notify(state("2"), true);
    transport.peers.endSession(gone);
    expect(reasons).toEqual(["gone session-ended"]);
    expect(server.exchanges[0]?.notify(state("3"))).toBe(false);
    expect(server.counters).toMatchObject({ observers: 1, unacknowledged: 0, sessions: 1, endedSessions: 1, peers: 1 });
    await server.endpoint.close();
    await server.expectNoState();
    expect(transport.unsendable).toBe(0);
  });

  it("ends open exchanges, separate responses and unfinished bodies", async () => {
    const { server, transport } = await open();
    server.onRequest = (exchange) => exchange.acknowledge();
    const session = transport.handshake("gone");
    const gone = transport.deliver(session, { messageId: 1 });
    transport.deliver(session, { messageId: 2 });
    const options = [{ number: OptionNumber.Block1, value: encodeBlock(0, true, 0) }];
    transport.deliver(session, { messageId: 3, code: Code.PUT, options, payload: new Uint8Array(16) });
    server.exchanges[0]?.respond(content("separate"));
    expect(server.counters).toMatchObject({ openExchanges: 1, unacknowledged: 1, uploads: 1, sessions: 1 });
    const sentBefore = transport.sent.length;
    transport.peers.endSession(gone);
    server.exchanges[1]?.respond(content("late"));
    await server.advance(100_000);
    expect([transport.sent.length, transport.unsendable]).toEqual([sentBefore, 0]);
    expect(server.counters).toMatchObject({ openExchanges: 0, unacknowledged: 0, uploads: 0, peers: 0 });
    await server.expectNoState();
  });

  it("fails requests and pings that are under way, and refuses new ones", async () => {
    const { server, transport, peerOf } = await open();
    const gone = transport.deliver(transport.handshake("gone"), {});
    const peer: RemotePeer = peerOf(0);
    const ping = server.endpoint.ping({ peer }).catch((error: unknown) => error);
    const requests = [1, 2].map(() => failureOf(server.endpoint.request({ peer, method: Code.GET })));
    const observation = failureOf(server.endpoint.request({ peer, method: Code.GET, observe: true }));
    await server.advance(0);
    transport.peers.endSession(gone);
    for (const error of await Promise.all([ping, observation, ...requests])) expect(error).toBeInstanceOf(ClosedError);
    expect(server.endpoint.knows(peer)).toBe(false);
    expect(await failureOf(server.endpoint.request({ peer, method: Code.GET }))).toBeInstanceOf(ClosedError);
    expect(transport.unsendable).toBe(0);
    await server.expectNoState();
  });

  it("fails a transfer between two of its blocks", async () => {
    const { server, transport, peerOf } = await open();
    const session = transport.handshake("gone");
    const gone = transport.deliver(session, {});
    const blocks = server.endpoint.request({ peer: peerOf(0), method: Code.GET, stream: true });
    const first = blocks.next();
    await server.advance(0);
    const { messageId = 0, token = [] } = transport.sent.at(-1) ?? {};
    const options = [{ number: OptionNumber.Block2, value: encodeBlock(0, true, 0) }];
    transport.deliver(session, {
      type: Type.ACK,
      code: Code.Content,
      messageId,
      token,
      options,
      payload: new Uint8Array(16),
    });
    await first;
    transport.peers.endSession(gone);
    expect(transport.peers.hasEnded(gone)).toBe(true);
    expect(await failureOf(blocks)).toBeInstanceOf(ClosedError);
    expect(server.counters).toMatchObject({ peers: 0, pinnedPeers: 0 });
    await server.expectNoState();
  });

  it("does not give the number away while something has it pinned", async () => {
    const { server, transport } = await open({ peers: 2 });
    const gone = transport.deliver(transport.handshake("gone"), {});
    transport.peers.pin(gone);
    transport.peers.endSession(gone);
    const second = transport.deliver(transport.handshake("second"), {});
    transport.peers.pin(second);
    expect(second).not.toBe(gone);
    expect(transport.deliver(transport.handshake("third"), {})).toBe(NO_PEER);
    transport.peers.unpin(gone);
    expect(transport.deliver(transport.handshake("fourth"), {})).toBe(gone);
    transport.peers.unpin(second);
    await server.expectNoState();
  });

  it("leaves nothing of its duplicates to who gets its number next", async () => {
    const { server, transport } = await open();
    server.onRequest = (exchange) => exchange.respond(bare(Code.Changed));
    const gone = transport.deliver(transport.handshake("gone"), { code: Code.PUT });
    transport.peers.endSession(gone);
    expect(transport.deliver(transport.handshake("next"), { code: Code.PUT })).toBe(gone);
    expect(server.counters).toMatchObject({ requests: 2, duplicates: 0 });
    await server.expectNoState();
  });
});

describe("tokens of requests in a session (RFC 9175 §4.2)", () => {
  it("count from 0 in each session, so that no response can pass for that to a later request", async () => {
    const { server, transport, peerOf } = await open();
    const sessions = ["a", "b"].map((name) => transport.handshake(name));
    const peers = sessions.map((session) => transport.deliver(session, {}));
    const tokens = sessions.map((): (readonly number[])[] => []);
    for (let round = 0; round < 3; round++) {
      for (const [index, session] of sessions.entries()) {
        const responses = server.endpoint.request({ peer: peerOf(index), method: Code.GET });
        const first = responses.next();
        await server.advance(0);
        const { token = [], messageId = 0 } = transport.sent.at(-1) ?? {};
        tokens[index]?.push(token);
        transport.deliver(session, { type: Type.ACK, code: Code.Content, messageId, token });
        await first;
        await responses.return?.();
      }
    }
    const counted = [0, 1, 2].map((number) => [0, 0, 0, number]);
    expect(tokens).toEqual([counted, counted]);
    for (const peer of peers) transport.peers.endSession(peer);
    await server.expectNoState();
  });

  it("begin anew where the number of the peer becomes another session's", async () => {
    const { server, transport, peerOf } = await open();
    for (const [index, name] of ["gone", "next"].entries()) {
      const peer = transport.deliver(transport.handshake(name), {});
      const failure = failureOf(server.endpoint.request({ peer: peerOf(index), method: Code.GET }));
      await server.advance(0);
      expect(transport.sent.at(-1)?.token).toEqual([0, 0, 0, 0]);
      transport.peers.endSession(peer);
      expect(await failure).toBeInstanceOf(ClosedError);
    }
    await server.expectNoState();
  });
});
