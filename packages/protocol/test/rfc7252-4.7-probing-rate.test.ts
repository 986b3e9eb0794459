import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { Endpoint } from "../src/endpoint/endpoint.js";
import type { EndpointOptions } from "../src/endpoint/endpoint-options.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { type ClientFixture, expectNoState, first, get, openClient, uriOf } from "./support/client-fixture.js";

const CONTENT = { type: Type.NON, code: Code.Content, payload: "22 C" };
const NON = { confirmable: false } as const;
const HOUR_MS = 3_600_000;
/** How many requests of 13 bytes go at once to a new peer: what PROBING_RATE gives in EXCHANGE_LIFETIME, 247 bytes. */
const FIRST = 20;

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error as { code: unknown }).code,
  );
}

/** Bytes that went to the scripted peer. */
function bytesTo({ network, peer }: ClientFixture): number {
  return network.sent.filter(({ to }) => to === peer.address).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** A request every `everyMs` for an hour, nobody waits for the answers. */
async function askForAnHour(fixture: ClientFixture, everyMs: number): Promise<void> {
  for (let atMs = 0; atMs < HOUR_MS; atMs += everyMs) {
    void codeOf(first(fixture.client, get(NON)));
    await fixture.clock.advance(everyMs);
  }
}

/** A client whose peer has answered one request. */
async function openAnswered(options: Partial<EndpointOptions> = {}): Promise<ClientFixture> {
  const fixture = await openClient(options);
  fixture.peer.onMessage = () => fixture.peer.send(CONTENT);
  const response = first(fixture.client, get(NON));
  await fixture.clock.advance(100);
  await response;
  return fixture;
}

function askAtOnce(client: Endpoint, count: number): Promise<unknown>[] {
  return Array.from({ length: count }, () => codeOf(first(client, get(NON))));
}

describe("RFC 7252 §4.7 PROBING_RATE, a peer that does not respond", () => {
  it("MUST NOT be sent more than PROBING_RATE on average", async () => {
    const fixture = await openClient();
    await askForAnHour(fixture, 5_000);
    expect(bytesTo(fixture)).toBeGreaterThan(3_600);
    expect(bytesTo(fixture)).toBeLessThanOrEqual(3_600 + FIRST * 13);
    await fixture.clock.advance(93_000);
    await expectNoState(fixture);
  });

  it.each([0, Number.POSITIVE_INFINITY])("is sent everything at once with a rate of %d", async (rate) => {
    const fixture = await openClient({ parameters: { probingRateBytesPerS: rate } });
    const requests = askAtOnce(fixture.client, 50);
    await fixture.clock.advance(10);
    expect(fixture.peer.received).toHaveLength(50);
    expect(fixture.client.counters.requestsPaced).toBe(0);
    await fixture.clock.advance(93_000);
    expect(new Set(await Promise.all(requests))).toEqual(new Set(["COAPKIT_ERR_TIMEOUT"]));
    await expectNoState(fixture);
  });

  it("gets the requests that wait in their order, and each waits no longer than its time-out", async () => {
    const fixture = await openClient({ responseTimeoutMs: 10_000, parameters: { probingRateBytesPerS: 10 } });
    const { client, clock, peer } = fixture;
    const bodies = Array.from({ length: 4 }, (_, index) => `${index}`.padEnd(1_000));
    const requests = bodies.map((payload) => codeOf(first(client, get({ ...NON, method: Code.POST, payload }))));
    await clock.advance(9_999);
    expect(peer.received.map(({ payload }) => payload[0])).toEqual(["0", "1", "2"]); // 2,470 bytes at first
    expect(client.counters).toMatchObject({ pendingRequests: 4, requestsPaced: 1 });
    await clock.advance(1);
    expect(await Promise.all(requests)).toEqual(requests.map(() => "COAPKIT_ERR_TIMEOUT"));
    await clock.advance(HOUR_MS);
    expect(peer.received).toHaveLength(3);
    await expectNoState(fixture);
  });

  it("is named by the error of a request that never left", async () => {
    const { client, clock } = await openClient({ responseTimeoutMs: 1_000 });
    const requests = Array.from({ length: 50 }, () => first(client, get(NON)));
    await clock.advance(1_000);
    await expect(requests[0]).rejects.toThrow("No response from 10.0.0.2:5683 within 1000 ms");
    await expect(requests[49]).rejects.toThrow("A NON request waited 1000 ms for PROBING_RATE: 10.0.0.2:5683");
  });

  it("gets nothing of a request that was given up while it waited", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const aborts = Array.from({ length: 50 }, () => new AbortController());
    const requests = aborts.map(({ signal }) => codeOf(first(client, get(NON), signal)));
    await clock.advance(10);
    const sent = peer.received.length;
    expect(sent).toBe(FIRST);
    for (const abort of aborts) abort.abort();
    expect(new Set(await Promise.all(requests))).toEqual(new Set(["COAPKIT_ERR_ABORTED"]));
    await clock.advance(HOUR_MS);
    expect(peer.received).toHaveLength(sent);
    await expectNoState(fixture);
  });

  it("does not slow down requests to others, nor a CON to itself", async () => {
    const fixture = await openClient();
    const { client, clock, network, peer } = fixture;
    askAtOnce(client, 50);
    await clock.advance(10);
    const sent = peer.received.length;
    const other = codeOf(first(client, get({ ...NON, uri: uriOf("/test", "10.0.0.9") })));
    const confirmable = codeOf(first(client, get()));
    await clock.advance(10);
    expect(network.sent.at(-1)?.to).toBe(peer.address);
    expect(network.sent.at(-2)?.to).toBe("10.0.0.9:5683");
    expect(peer.received).toHaveLength(sent + 1);
    await clock.advance(93_000);
    expect([await other, await confirmable]).toEqual(["COAPKIT_ERR_TIMEOUT", "COAPKIT_ERR_TIMEOUT"]);
    await expectNoState(fixture);
  });
});

describe("RFC 7252 §4.7 PROBING_RATE, a peer that responds", () => {
  it("is sent 100 requests at once", async () => {
    const fixture = await openAnswered();
    const requests = askAtOnce(fixture.client, 100);
    await fixture.clock.advance(100);
    expect(new Set(await Promise.all(requests))).toEqual(new Set(["no error"]));
    expect(fixture.client.counters.requestsPaced).toBe(0);
    await expectNoState(fixture);
  });

  it("gets what waits with its first answer", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const requests = askAtOnce(client, 100);
    await clock.advance(10);
    expect(peer.received.length).toBe(FIRST);
    peer.onMessage = () => peer.send(CONTENT);
    peer.onMessage(peer.last);
    await clock.advance(100);
    expect(peer.received).toHaveLength(100);
    await clock.advance(93_000);
    const codes = await Promise.all(requests);
    expect(codes.filter((code) => code === "no error").length).toBeGreaterThan(80);
    await expectNoState(fixture);
  });

  it.each([
    ["an ACK", {}, true],
    ["an RST to a NON", { type: Type.RST }, false],
    ["an RST to a CON", { type: Type.RST }, true],
  ])("is one that sends %s", async (_name, script, confirmable) => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    askAtOnce(client, 50);
    await clock.advance(10);
    const sent = peer.received.length;
    if (confirmable) void codeOf(first(client, get()));
    await clock.advance(10);
    peer.send(script);
    await clock.advance(50);
    expect(peer.received.length).toBeGreaterThan(sent + 20);
  });

  it("is one that answers a ping", async () => {
    const { client, clock, peer } = await openClient();
    askAtOnce(client, 50);
    await clock.advance(10);
    peer.onMessage = ({ type, code }) => {
      if (type === Type.CON && code === 0) peer.send({ type: Type.RST });
    };
    const ping = client.ping({ uri: uriOf() });
    await clock.advance(100);
    await ping;
    expect(peer.received).toHaveLength(51);
  });

  it("is sent at PROBING_RATE again when its answers stop", async () => {
    const fixture = await openAnswered();
    const before = bytesTo(fixture);
    fixture.peer.onMessage = () => undefined;
    await askForAnHour(fixture, 2_000);
    expect(bytesTo(fixture) - before).toBeLessThanOrEqual(16_384 + 3_600 + 1_152);
    await fixture.clock.advance(93_000);
    await expectNoState(fixture);
  });

  it("is a new one where the number of a silent peer was given away", async () => {
    const { client, clock, network } = await openClient({ limits: { peers: 1 }, responseTimeoutMs: 1_000 });
    askAtOnce(client, 50);
    await clock.advance(2_000);
    const before = network.sent.length;
    void codeOf(first(client, get({ ...NON, uri: uriOf("/test", "10.0.0.9") })));
    await clock.advance(10);
    expect(network.sent).toHaveLength(before + 1);
    expect(client.counters.evictedPeers).toBe(1);
  });
});

describe("RFC 7252 §4.7 PROBING_RATE, observation", () => {
  it("tells nothing to a server that a registration has not reached", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    askAtOnce(client, 50);
    await clock.advance(10);
    const sent = peer.received.length;
    const responses = client.request(get({ ...NON, observe: true }))[Symbol.asyncIterator]();
    const next = codeOf(responses.next());
    await clock.advance(10);
    await responses.return?.();
    await clock.advance(10);
    expect(await next).toBe("no error");
    expect(peer.received).toHaveLength(sent);
    expect(peer.received.filter(({ options }) => options.has(OptionNumber.Observe))).toEqual([]);
  });
});
