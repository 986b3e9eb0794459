import { OptionNumber } from "@coapkit/protocol";
import { defaultTiming, updateTiming } from "coap";
import { afterEach, describe, expect, it } from "vitest";
import {
  ACK,
  CON,
  CONTENT,
  NON,
  type Parts,
  POST,
  RawPeer,
  type Rig,
  RST,
  startRig,
  textOf,
  textResponse,
} from "./rig.js";

function registration(messageId: number, token = "obs", more: Partial<Parts> = {}): Parts {
  return { messageId, token, options: [{ number: OptionNumber.Observe, value: 0 }], ...more };
}

async function register(rig: Rig, peer: RawPeer, parts: Parts = registration(1)) {
  peer.send(parts);
  const exchange = await rig.nextExchange();
  const lost: string[] = [];
  exchange.onInterestLost((reason) => lost.push(reason));
  expect(exchange.notify(textResponse("zero"))).toBe(true);
  return { exchange, lost, first: await peer.next() };
}

function acknowledge(peer: RawPeer, messageId: number): void {
  peer.send({ type: ACK, code: 0, messageId });
}

/** Everything sent before it has been taken once its Reset is here. */
async function settle(peer: RawPeer, messageId = 50_000): Promise<void> {
  expect(await peer.ask({ code: 0, messageId })).toMatchObject({ type: RST, messageId });
}

describe("observation", () => {
  afterEach(() => defaultTiming());

  it("registers with the piggybacked response and notifies under the same token, confirmable", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, first } = await register(rig, peer);
    expect(first).toMatchObject({ type: ACK, code: CONTENT, messageId: 1 });
    expect(rig.engine.counters).toMatchObject({ observers: 1, openExchanges: 0 });
    expect(exchange.notify(textResponse("one"))).toBe(true);
    const second = await peer.next();
    expect(second).toMatchObject({ type: CON, code: CONTENT, token: Buffer.from("obs") });
    expect(textOf(second)).toBe("one");
    expect(second.options.uint(OptionNumber.ContentFormat)).toBe(0);
    expect(second.options.uint(OptionNumber.Observe)).toBeGreaterThan(first.options.uint(OptionNumber.Observe) ?? 99);
    acknowledge(peer, second.messageId);
    await settle(peer);
  });

  it("acknowledges a slow registration in time", async () => {
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask(registration(1))).toMatchObject({ type: ACK, code: 0 });
    (await rig.nextExchange()).notify(textResponse("late"));
    const response = await peer.next();
    expect(response).toMatchObject({ type: CON, code: CONTENT });
    expect(response.options.has(OptionNumber.Observe)).toBe(true);
    acknowledge(peer, response.messageId);
    await settle(peer);
  });

  it("sends the newest state once the one in flight is acknowledged", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange } = await register(rig, peer);
    for (const state of ["one", "two", "three"]) exchange.notify(textResponse(state));
    const one = await peer.next();
    expect(textOf(one)).toBe("one");
    acknowledge(peer, one.messageId);
    const three = await peer.next();
    expect(textOf(three)).toBe("three");
    acknowledge(peer, three.messageId);
    await settle(peer);
    expect(rig.engine.counters.notifications).toBe(3);
  });

  it("notifies a client that registered with NON by confirmable messages, never by acknowledgements", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, first } = await register(rig, peer, registration(1, "obs", { type: NON }));
    expect(first.type).toBe(NON);
    exchange.notify(textResponse("one"));
    const second = await peer.next();
    expect(second.type).toBe(CON);
    acknowledge(peer, second.messageId);
    await settle(peer);
  });

  it("ends by a request with Observe 1, which is answered", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, lost } = await register(rig, peer);
    peer.send(registration(2, "obs", { options: [{ number: OptionNumber.Observe, value: 1 }] }));
    const deregistration = await rig.nextExchange();
    expect(lost).toEqual(["deregistered"]);
    expect(deregistration.notify(textResponse("no observer"))).toBe(false);
    deregistration.respond(textResponse("bye"));
    expect(textOf(await peer.next())).toBe("bye");
    expect(exchange.notify(textResponse("one"))).toBe(false);
    await settle(peer);
    expect(rig.engine.counters).toMatchObject({ observers: 0, observersLost: 1 });
  });

  it("ends by a Reset of a notification", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, lost } = await register(rig, peer);
    exchange.notify(textResponse("one"));
    peer.send({ type: RST, code: 0, messageId: (await peer.next()).messageId });
    await settle(peer);
    expect(lost).toEqual(["reset"]);
    expect(exchange.notify(textResponse("two"))).toBe(false);
    expect(rig.engine.counters.observers).toBe(0);
  });

  it("ends when a notification is never acknowledged", async () => {
    await using rig = await startRig();
    updateTiming({ ackTimeout: 0.005, maxLatency: 0.01 });
    const vanishing = await RawPeer.to(rig.address.port);
    const { exchange, lost } = await register(rig, vanishing);
    await vanishing[Symbol.asyncDispose]();
    exchange.notify(textResponse("one"));
    await new Promise<void>((resolve) => exchange.onInterestLost(() => resolve()));
    expect(lost).toEqual(["timeout"]);
    expect(rig.engine.counters).toMatchObject({ observers: 0, responsesUnacknowledged: 1 });
  });

  it("goes on with the sequence when a client registers again, and ends the older exchange", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const older = await register(rig, peer);
    const newer = await register(rig, peer, registration(2));
    expect(older.lost).toEqual(["replaced"]);
    expect(newer.first.options.uint(OptionNumber.Observe)).toBeGreaterThan(
      older.first.options.uint(OptionNumber.Observe) ?? 99,
    );
    expect(rig.engine.counters.observers).toBe(1);
  });

  it("ends with an error, which carries no Observe", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, lost } = await register(rig, peer);
    expect(exchange.notify({ code: 0x84, contentFormat: undefined, options: [], payload: "gone" })).toBe(false);
    const last = await peer.next();
    expect(last).toMatchObject({ code: 0x84 });
    expect(last.options.has(OptionNumber.Observe)).toBe(false);
    expect(lost).toEqual(["ended"]);
    acknowledge(peer, last.messageId);
    await settle(peer);
  });

  it("has answered with the first notification, so that respond has no effect", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const { exchange, lost } = await register(rig, peer);
    exchange.respond(textResponse("twice"));
    expect(exchange.notify(textResponse("one"))).toBe(true);
    const next = await peer.next();
    expect(textOf(next)).toBe("one");
    expect(lost).toEqual([]);
    acknowledge(peer, next.messageId);
    await settle(peer);
    expect(rig.engine.counters.observers).toBe(1);
  });

  it.each([
    ["a plain GET", { messageId: 1, token: "t" }],
    ["a POST", registration(1, "t", { code: POST })],
    ["an error as the first notification", registration(1, "t")],
  ])("does not register %s", async (what, parts) => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send(parts);
    const exchange = await rig.nextExchange();
    const isError = what.startsWith("an error");
    const response = isError ? { ...textResponse("x"), code: 0x84 } : textResponse("x");
    expect(exchange.notify(response)).toBe(false);
    exchange.respond(response);
    expect((await peer.next()).options.has(OptionNumber.Observe)).toBe(false);
    expect(rig.engine.counters.observers).toBe(0);
  });

  it("answers like a plain GET beyond the limit of a peer", async () => {
    await using rig = await startRig({ options: { maxObserversPerPeer: 1 } });
    await using peer = await RawPeer.to(rig.address.port);
    await register(rig, peer);
    peer.send(registration(2, "second"));
    const exchange = await rig.nextExchange();
    expect(exchange.notify(textResponse("x"))).toBe(false);
    exchange.respond(textResponse("x"));
    expect((await peer.next()).options.has(OptionNumber.Observe)).toBe(false);
    expect(rig.engine.counters).toMatchObject({ observers: 1, observersRefused: 1 });
  });
});
