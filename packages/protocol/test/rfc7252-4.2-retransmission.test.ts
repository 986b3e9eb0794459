import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { ALICE, BOB, content, only, openServer, type ServerFixture } from "./support/server-fixture.js";

/** Message IDs of unicast messages; the others are for groups. RFC 7252 §8.1. */
const UNICAST_IDS = 61_440;

/** A server that acknowledged a request and sent its separate response; `sent` times are counted from there. */
async function withSeparateResponse(fraction = 0): Promise<{ server: ServerFixture; messageId: number; atMs: number }> {
  const server = await openServer({ random: { fraction: () => fraction, bytes: (length) => new Uint8Array(length) } });
  server.onRequest = (exchange) => exchange.acknowledge();
  expect(server.ask({ token: [7] })).toMatchObject({ type: Type.ACK, code: Code.Empty });
  server.exchanges[0]?.respond(content("late"));
  const response = only(server.takeSent());
  expect(response).toMatchObject({ type: Type.CON, code: Code.Content, token: [7], text: "late" });
  return { server, messageId: response.messageId, atMs: server.clock.nowMs() };
}

const timesOf = (server: ServerFixture, atMs: number) => server.sent.slice(2).map((datagram) => datagram.atMs - atMs);

describe("RFC 7252 §4.2 retransmission of a separate response", () => {
  it("retransmits after ACK_TIMEOUT, doubles the time-out, and gives up after MAX_RETRANSMIT", async () => {
    const { server, atMs } = await withSeparateResponse();
    await server.advance(61_999);
    expect(timesOf(server, atMs)).toEqual([2_000, 6_000, 14_000, 30_000]);
    expect(server.counters.unacknowledged).toBe(1);
    await server.advance(1);
    expect(server.counters).toMatchObject({ unacknowledged: 0, retransmissions: 4, timedOut: 1 });
    const copies = new Set(server.sent.slice(1).map(({ bytes }) => bytes.join()));
    expect(copies.size).toBe(1);
    await server.expectNoState();
  });

  it("waits up to ACK_TIMEOUT times ACK_RANDOM_FACTOR at first, and MAX_TRANSMIT_WAIT in all", async () => {
    const { server, atMs } = await withSeparateResponse(0.999_999);
    await server.advance(93_001);
    const times = timesOf(server, atMs);
    for (const [index, expected] of [3_000, 9_000, 21_000, 45_000].entries())
      expect(times[index]).toBeCloseTo(expected, -1);
    expect(server.counters.timedOut).toBe(1);
    expect(server.endpoint.parameters.maxTransmitWaitMs).toBe(93_000);
    await server.expectNoState();
  });

  it.each([Type.ACK, Type.RST])("stops when type %d with its message ID comes", async (type) => {
    const { server, messageId } = await withSeparateResponse();
    await server.advance(2_500);
    expect(server.reply(type, messageId)).toEqual([]);
    expect(server.counters).toMatchObject({ unacknowledged: 0, retransmissions: 1, timedOut: 0 });
    expect(await server.advance(100_000)).toEqual([]);
    await server.expectNoState();
  });

  it("MUST stop at an ACK whatever response code and payload it carries, which are ignored", async () => {
    const { server, messageId } = await withSeparateResponse();
    expect(server.receive({ type: Type.ACK, code: Code.Content, messageId, token: [7], payload: "nonsense" })).toEqual(
      [],
    );
    expect(server.counters).toMatchObject({ unacknowledged: 0, unmatched: 0, responsesReceived: 0 });
    expect(await server.advance(100_000)).toEqual([]);
    await server.expectNoState();
  });

  it("takes no ACK or RST from another endpoint, and none with another message ID", async () => {
    const { server, messageId } = await withSeparateResponse();
    server.reply(Type.ACK, messageId, BOB);
    server.reply(Type.RST, messageId, "192.0.2.1:40001");
    server.reply(Type.ACK, messageId + 1);
    expect(server.counters).toMatchObject({ unacknowledged: 1, unmatched: 3 });
    server.reply(Type.ACK, messageId);
    await server.expectNoState();
  });
});

describe("RFC 7252 §4.7 NSTART", () => {
  it("limits simultaneous outstanding interactions to one for each peer", async () => {
    const server = await openServer();
    server.onRequest = (exchange) => exchange.acknowledge();
    for (const token of [[1], [2], [3]]) server.receive({ token });
    server.receive({ token: [4] }, BOB);
    for (const exchange of server.exchanges) exchange.respond(content());
    expect(server.takeSent().map(({ token }) => token)).toEqual([[1], [4]]);
    expect(server.counters).toMatchObject({ unacknowledged: 2, queued: 2 });
    const first = server.sent.filter(({ to }) => to === ALICE).at(-1);
    const messageId = ((first?.bytes[2] as number) << 8) | (first?.bytes[3] as number);
    expect(server.reply(Type.ACK, messageId)).toMatchObject([{ token: [2] }]);
    const later = await server.advance(62_000); // the second is given up
    expect(later.at(-1)).toMatchObject({ token: [3] });
    expect(server.counters.queued).toBe(0);
    await server.expectNoState();
  });
});

describe("RFC 7252 §4.4 message IDs", () => {
  it("MUST NOT use a message ID again towards an endpoint within EXCHANGE_LIFETIME", async () => {
    const server = await openServer();
    const seen = new Set<number>();
    for (let i = 0; i < UNICAST_IDS; i++) seen.add(server.ask({ type: Type.NON, messageId: i }).messageId);
    expect(seen.size).toBe(UNICAST_IDS);
    await server.expectNoState();
  }, 30_000);

  it("uses message IDs again, and counts them, when more messages go to an endpoint", async () => {
    const server = await openServer();
    const first = server.ask({ type: Type.NON, messageId: 0 }).messageId;
    for (let i = 1; i < UNICAST_IDS; i++) server.ask({ type: Type.NON, messageId: i });
    expect(server.counters.messageIdsReused).toBe(0);
    expect(server.ask({ type: Type.NON, messageId: 0, token: [9, 9] }).messageId).toBe(first);
    for (let i = 1; i <= 4_096; i++) server.ask({ type: Type.NON, messageId: i, token: [9, 9] });
    expect(server.counters.messageIdsReused).toBe(4_096);
    await server.expectNoState();
  }, 30_000);
});
