import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { Endpoint } from "../src/endpoint/endpoint.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import { expectNoState, first, get, LONG_MS, openClient, text, uriOf } from "./support/client-fixture.js";

const CONTENT = { code: Code.Content, payload: "22 C" };

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error as { code: unknown }).code,
  );
}

describe("retransmission (§4.2)", () => {
  it("sends a lost request again", async () => {
    const fixture = await openClient();
    const { client, clock, network, peer } = fixture;
    network.isLost = () => network.sent.length === 1;
    peer.onMessage = () => peer.send(CONTENT);
    const response = first(client, get());
    await clock.advance(3_100);
    expect(text(await response)).toBe("22 C");
    expect(peer.received).toHaveLength(1);
    expect(client.counters.retransmissions).toBe(1);
    await expectNoState(fixture);
  });

  it("sends the same datagram again when the response is lost", async () => {
    const fixture = await openClient();
    const { client, clock, network, peer } = fixture;
    network.isLost = () => network.sent.length === 2;
    peer.onMessage = () => peer.send(CONTENT);
    const response = first(client, get());
    await clock.advance(3_100);
    expect(text(await response)).toBe("22 C");
    expect(peer.received).toHaveLength(2);
    expect(peer.received[0]).toEqual({ ...peer.received[1], atMs: peer.received[0]?.atMs });
    await expectNoState(fixture);
  });

  it("waits 2 to 3 s, then twice as long each time, and gives up after the fourth retransmission", async () => {
    const fixture = await openClient();
    const { client, clock, network } = fixture;
    network.isLost = () => true;
    const response = rejection(first(client, get()));
    await clock.advance(93_000);
    expect(await response).toBe("COAPKIT_ERR_TIMEOUT");
    const times = network.sent.map(({ sentMs }) => sentMs);
    const waits = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(waits).toHaveLength(4);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
    expect(waits[0]).toBeLessThanOrEqual(3_000);
    for (let i = 1; i < waits.length; i++) expect(waits[i]).toBeCloseTo(2 * (waits[i - 1] as number), 6);
    expect(client.counters).toMatchObject({ retransmissions: 4, timedOut: 1 });
    await expectNoState(fixture);
  });

  it("lets the response take its time once the request is acknowledged", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const response = first(client, get());
    await clock.advance(10);
    peer.send({});
    await clock.advance(90_000);
    peer.send({ ...CONTENT, type: Type.NON, token: peer.last.token });
    await clock.advance(20);
    expect(text(await response)).toBe("22 C");
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it.each([
    ["acknowledged", true],
    ["NON", false],
  ])("gives up after responseTimeoutMs where a request is %s and nothing more comes", async (_name, confirmable) => {
    const fixture = await openClient({ responseTimeoutMs: 7_000 });
    const { client, clock, peer } = fixture;
    const response = rejection(first(client, get({ confirmable })));
    await clock.advance(10);
    if (confirmable) peer.send({});
    await clock.advance(6_900);
    expect(client.counters.pendingRequests).toBe(1);
    await clock.advance(200);
    expect(await response).toBe("COAPKIT_ERR_TIMEOUT");
    await expectNoState(fixture);
  });

  it.each([true, false])("fails with ResetError where the peer resets the request (CON: %s)", async (confirmable) => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ type: Type.RST });
    const response = rejection(first(client, get({ confirmable })));
    await clock.advance(20);
    expect(await response).toBe("COAPKIT_ERR_RESET");
    expect(client.counters.unmatched).toBe(0);
    await expectNoState(fixture);
  });
});

describe("NSTART (§4.7)", () => {
  it("has one confirmable request to a peer on its way, and sends the next when that is acknowledged", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const responses = ["/1", "/2", "/3"].map((path) => first(client, get({ uri: uriOf(path) })));
    await clock.advance(500);
    expect(peer.received).toHaveLength(1);
    expect(client.counters).toMatchObject({ unacknowledged: 1, queued: 2, pendingRequests: 3 });
    peer.onMessage = ({ options }) => peer.send({ ...CONTENT, payload: options.string(OptionNumber.UriPath) ?? "" });
    peer.onMessage(peer.last);
    await clock.advance(100);
    expect((await Promise.all(responses)).map(text)).toEqual(["1", "2", "3"]);
    expect(new Set(peer.received.map(({ token }) => token.join())).size).toBe(3);
    await expectNoState(fixture);
  });

  it("sends a queued request after the one before timed out", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const lost = rejection(first(client, get({ uri: uriOf("/1") })));
    const next = first(client, get({ uri: uriOf("/2") }));
    peer.onMessage = ({ options }) => {
      if (options.string(OptionNumber.UriPath) === "2") peer.send(CONTENT);
    };
    await clock.advance(LONG_MS);
    expect(await lost).toBe("COAPKIT_ERR_TIMEOUT");
    expect(text(await next)).toBe("22 C");
    await expectNoState(fixture);
  });
});

describe("abort", () => {
  async function abortAt(prepare: (client: Endpoint) => Promise<void> | void, advanceMs: number): Promise<void> {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    await prepare(client);
    const controller = new AbortController();
    const response = first(client, get(), controller.signal);
    await clock.advance(advanceMs);
    controller.abort(new Error("enough"));
    const error = await response.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "COAPKIT_ERR_ABORTED", cause: { message: "enough" } });
    const { pendingRequests, queued } = client.counters;
    expect({ pendingRequests, queued }).toEqual({ pendingRequests: 0, queued: 0 });
    const before = peer.received.length;
    await clock.advance(LONG_MS);
    expect(peer.received.length).toBe(before);
    await expectNoState(fixture);
  }

  it("ends a request that awaits its ACK", () => abortAt(() => undefined, 100));
  it("ends a request that was sent again", () => abortAt(() => undefined, 20_000));

  it("sends nothing where the signal has fired before", async () => {
    const fixture = await openClient();
    const { client, clock, network } = fixture;
    expect(await rejection(first(client, get(), AbortSignal.abort()))).toBe("COAPKIT_ERR_ABORTED");
    await clock.advance(20);
    expect(network.sent).toHaveLength(0);
    await expectNoState(fixture);
  });

  it("ends a request that is acknowledged, and rejects its late response", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const controller = new AbortController();
    const response = rejection(first(client, get(), controller.signal));
    await clock.advance(10);
    const { token } = peer.last;
    peer.send({});
    await clock.advance(100);
    controller.abort();
    expect(await response).toBe("COAPKIT_ERR_ABORTED");
    const messageId = peer.send({ ...CONTENT, type: Type.CON, token });
    await clock.advance(20);
    expect(peer.last).toMatchObject({ type: Type.RST, messageId });
    await expectNoState(fixture);
  });

  it("takes a request out of the queue for NSTART", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const ahead = first(client, get());
    const controller = new AbortController();
    const queued = rejection(first(client, get(), controller.signal));
    await clock.advance(10);
    controller.abort();
    expect(await queued).toBe("COAPKIT_ERR_ABORTED");
    peer.send(CONTENT);
    await clock.advance(100);
    await ahead;
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it("lets the reader leave while it waits", async () => {
    const fixture = await openClient();
    const { client, clock } = fixture;
    const responses = client.request(get());
    const next = responses.next();
    await clock.advance(50);
    await responses.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    await expectNoState(fixture);
  });
});

describe("limits and close", () => {
  it("fails what waits when the endpoint closes, and everything after", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const waiting = [get(), get(), get({ confirmable: false })].map((request) => rejection(first(client, request)));
    await clock.advance(10);
    peer.send({ messageId: peer.received[0]?.messageId as number });
    await clock.advance(20);
    await client.close();
    expect(await Promise.all(waiting)).toEqual(Array(3).fill("COAPKIT_ERR_CLOSED"));
    expect(await rejection(first(client, get()))).toBe("COAPKIT_ERR_CLOSED");
    expect(await rejection(client.ping({ uri: uriOf() }))).toBe("COAPKIT_ERR_CLOSED");
    await expectNoState(fixture);
  });

  it("refuses requests beyond the limit at once", async () => {
    const fixture = await openClient({ limits: { requests: 2 } });
    const { client, clock, peer } = fixture;
    const controller = new AbortController();
    const taken = [first(client, get(), controller.signal), first(client, get(), controller.signal)];
    await clock.advance(10);
    expect(await rejection(first(client, get()))).toBe("COAPKIT_ERR_REQUEST_LIMIT");
    expect(await rejection(client.ping({ uri: uriOf() }))).toBe("COAPKIT_ERR_REQUEST_LIMIT");
    expect(client.counters.requestsRefused).toBe(2);
    expect(peer.received).toHaveLength(1);
    controller.abort();
    await Promise.allSettled(taken);
    await expectNoState(fixture);
  });

  it("leaves nothing behind where an option cannot be written", async () => {
    const fixture = await openClient();
    const options = [{ number: OptionNumber.Accept, value: -1 }];
    expect(await rejection(first(fixture.client, get({ options })))).toBe("COAPKIT_ERR_OPTION_VALUE");
    expect(await rejection(first(fixture.client, get({ options, observe: true })))).toBe("COAPKIT_ERR_OPTION_VALUE");
    await expectNoState(fixture);
  });

  it("refuses a scheme that the transport does not speak", async () => {
    const fixture = await openClient();
    const uri = { ...uriOf(), scheme: "coaps" as const };
    expect(await rejection(first(fixture.client, get({ uri })))).toBe("COAPKIT_ERR_REQUEST");
    expect(fixture.network.sent).toHaveLength(0);
    await expectNoState(fixture);
  });

  it("frees the peers of requests that are over", async () => {
    const fixture = await openClient({ limits: { peers: 2 } });
    const { client, clock } = fixture;
    for (let host = 3; host < 9; host++) {
      const controller = new AbortController();
      const response = rejection(first(client, get({ uri: uriOf("/", `10.0.0.${host}`) }), controller.signal));
      await clock.advance(20);
      controller.abort();
      expect(await response).toBe("COAPKIT_ERR_ABORTED");
    }
    expect(client.counters.evictedPeers).toBe(4);
    await expectNoState(fixture);
  });
});

describe("ping (§4.3)", () => {
  it("ends when the peer resets an empty CON", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ type: Type.RST });
    const { signal } = new AbortController();
    const pong = client.ping({ uri: uriOf() }, signal);
    await clock.advance(20);
    await expect(pong).resolves.toBeUndefined();
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(peer.last).toMatchObject({ type: Type.CON, code: 0 });
    await expectNoState(fixture);
  });

  it("fails where nobody is there, and ends with its signal", async () => {
    const fixture = await openClient();
    const { client, clock } = fixture;
    const controller = new AbortController();
    const uri = uriOf("/", "10.0.0.99");
    const pings = [rejection(client.ping({ uri })), rejection(client.ping({ uri: uriOf() }, controller.signal))];
    await clock.advance(100);
    controller.abort();
    await clock.advance(LONG_MS);
    expect(await Promise.all(pings)).toEqual(["COAPKIT_ERR_TIMEOUT", "COAPKIT_ERR_ABORTED"]);
    await expectNoState(fixture);
  });
});
