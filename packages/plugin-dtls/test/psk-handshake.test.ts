import { describe, expect, it } from "vitest";
import type { PskKey } from "../src/credentials/psk-lookup.js";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, PORT, SERVER, Stations, textsOf } from "./support/stations.js";

const psk = { "device-1": "secret key" };
const device = (identity: string, key: PskKey) => ({ client: { psk: { identity, key } } });

describe("a session with a pre-shared key", () => {
  it("carries messages both ways, and says who the client is", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    await stations.say(client, peer, "ping");
    const [{ peer: caller } = { peer: -1 }] = server.received;
    await stations.say(server, caller, "pong");
    expect([textsOf(server), textsOf(client)]).toEqual([["ping"], ["pong"]]);
    expect(server.transport.principalOf(caller)).toEqual({ source: "psk", name: "device-1" });
    expect(server.transport.principalOf(caller)).toBe(server.transport.principalOf(caller));
    expect(client.transport.principalOf(peer)).toBeUndefined();
    expect(server.peers.addressOf(caller)).toBe(CLIENT);
    expect(countersOf(server)).toMatchObject({
      helloVerifyRequests: 1,
      handshakesStarted: 1,
      handshakesFinished: 1,
      sessions: 1,
      handshakes: 0,
      recordsReceived: 1,
      recordsSent: 1,
    });
  });

  it("is made once for all requests that wait for it, and used again", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const waiting = Array.from({ length: 20 }, () => client.transport.resolve(SERVER, PORT));
    await stations.clock.advance(0);
    expect(countersOf(client).waitingRequests).toBe(20);
    const peers = await stations.settled(Promise.all(waiting));
    expect(new Set(peers).size).toBe(1);
    expect(await stations.connect(client)).toBe(peers[0]);
    expect(countersOf(client)).toMatchObject({ handshakesStarted: 1, waitingRequests: 0 });
    expect(countersOf(server).handshakesFinished).toBe(1);
  });

  it("is closed with close_notify, of which the peer knows at once", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    await stations.say(client, peer, "hello");
    const caller = server.received[0]?.peer ?? -1;
    await client.transport.close();
    await stations.clock.advance(100);
    expect(countersOf(server)).toMatchObject({ sessions: 0, sessionsClosedByPeer: 1 });
    expect(server.peers.sessionOf(caller)).toBe(0);
    await stations.say(server, caller, "too late");
    expect(countersOf(server)).toMatchObject({ droppedSends: 1, recordsSent: 0 });
  });

  it("is made anew after the server has closed it", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const first = await stations.connect(client);
    server.transport.endSessions((principal) => principal?.name === "device-1");
    await stations.clock.advance(100);
    expect(client.peers.sessionOf(first)).toBe(0);
    const second = await stations.connect(client);
    await stations.say(client, second, "again");
    expect(textsOf(server)).toEqual(["again"]);
    expect(countersOf(client).handshakesFinished).toBe(2);
  });

  it("takes keys of a look-up that takes its time", async () => {
    const stations = new Stations();
    const lookUp = (identity: string) =>
      new Promise<PskKey | undefined>((resolve) => {
        stations.clock.setTimer(3_000, () => resolve(identity === "device-1" ? "secret key" : undefined));
      });
    const server = await stations.server({ psk: lookUp });
    const client = await stations.client(KNOWN);
    const startMs = stations.clock.nowMs();
    await stations.say(client, await stations.connect(client), "patient");
    expect(textsOf(server)).toEqual(["patient"]);
    expect(stations.clock.nowMs() - startMs).toBeGreaterThanOrEqual(3_000);
    expect(countersOf(server)).toMatchObject({ handshakesFinished: 1, handshakesStarted: 1 });
  });

  it("waits for a look-up that gives something like a promise", async () => {
    const stations = new Stations();
    const found = Promise.resolve<PskKey>("secret key");
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    const query = { then: found.then.bind(found) } as Promise<PskKey>;
    const server = await stations.server({ psk: () => query });
    const client = await stations.client(KNOWN);
    await stations.say(client, await stations.connect(client), "found");
    expect(textsOf(server)).toEqual(["found"]);
    expect(countersOf(server)).toMatchObject({ handshakesFinished: 1, keyLookupFailures: 0 });
  });

  it("is not made by a look-up that comes after the end of the handshake", async () => {
    const stations = new Stations();
    let answer: (key: PskKey) => void = () => undefined;
    const server = await stations.server({
      psk: () =>
        new Promise<PskKey>((resolve) => {
          answer = resolve;
        }),
      handshakeTimeoutMs: 2_000,
    });
    const client = await stations.client({ ...KNOWN, handshakeTimeoutMs: 4_000 });
    const failure = stations.failure(client);
    await stations.clock.advance(3_000);
    expect(countersOf(server)).toMatchObject({ handshakes: 0, handshakesTimedOut: 1 });
    answer("secret key");
    expect(await failure).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT" });
    expect(countersOf(server).sessions).toBe(0);
  });
});

describe("a handshake with a pre-shared key fails", () => {
  it("in time, and says that the key is wrong most likely", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(device("device-1", "wrong key"));
    const startMs = stations.clock.nowMs();
    const error = await stations.failure(client);
    expect(error).toMatchObject({
      code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT",
      stage: "finished",
      message: expect.stringMatching(/^No session with 10\.0\.0\.1:5684 within 30000 ms; .* wrong key likely/),
    });
    expect(stations.clock.nowMs() - startMs).toBeGreaterThanOrEqual(30_000);
    await stations.clock.advance(1_000);
    expect(countersOf(server)).toMatchObject({
      sessions: 0,
      handshakes: 0,
      handshakesTimedOut: 1,
      wrongKeysLikely: 1,
      handshakesAbandoned: 1,
    });
  });

  it("in the same way for an unknown identity, so that nobody can find out which there are", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(device("device-2", "secret key"));
    expect(await stations.failure(client)).toMatchObject({
      code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT",
      stage: "finished",
    });
    await stations.clock.advance(1_000);
    expect(countersOf(server)).toMatchObject({ sessions: 0, handshakes: 0, unknownIdentities: 1 });
  });

  it("at once for an unknown identity where that is wanted", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, concealUnknownIdentities: false });
    const client = await stations.client(device("device-2", "secret key"));
    const startMs = stations.clock.nowMs();
    expect(await stations.failure(client)).toMatchObject({ code: "COAPKIT_ERR_DTLS_UNKNOWN_IDENTITY" });
    expect(stations.clock.nowMs() - startMs).toBeLessThan(1_000);
    expect(countersOf(server)).toMatchObject({ handshakes: 0, handshakesFailed: 1, unknownIdentities: 1 });
  });

  it.each<[string, () => PskKey | Promise<PskKey>]>([
    [
      "throws",
      () => {
        throw new Error("the database is away");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the database is away"))],
    ["gives an empty key", () => ""],
    ["gives what is no key", () => 7 as unknown as string],
  ])("where the look-up %s, which is counted", async (_, lookUp) => {
    const stations = new Stations();
    const server = await stations.server({ psk: lookUp });
    const client = await stations.client(KNOWN);
    expect(await stations.failure(client)).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT" });
    await stations.clock.advance(1_000);
    expect(countersOf(server)).toMatchObject({ sessions: 0, handshakes: 0, keyLookupFailures: 1 });
  });

  it("where nobody is there, and says so", async () => {
    const stations = new Stations();
    const client = await stations.client({ ...KNOWN, handshakeTimeoutMs: 5_000 });
    expect(await stations.failure(client)).toMatchObject({
      code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT",
      stage: "hello",
      message: expect.stringContaining("is a DTLS server there"),
    });
    expect(countersOf(client)).toMatchObject({ handshakes: 0, waitingRequests: 0, handshakesTimedOut: 1 });
  });

  it("where no cipher suite is common to both", async () => {
    const stations = new Stations();
    await stations.server({ psk, cipherSuites: ["TLS_PSK_WITH_AES_128_GCM_SHA256"] });
    const client = await stations.client({
      client: { psk: { identity: "device-1", key: "secret key" }, cipherSuites: ["TLS_PSK_WITH_AES_128_CCM_8"] },
    });
    expect(await stations.failure(client)).toMatchObject({
      code: "COAPKIT_ERR_DTLS_HANDSHAKE",
      message: expect.stringContaining("handshake_failure (40)"),
    });
  });

  it("without credentials, before anything is sent", async () => {
    const stations = new Stations();
    const client = await stations.client({ client: { psk: () => undefined } });
    expect(await stations.failure(client)).toMatchObject({ code: "COAPKIT_ERR_DTLS_CREDENTIALS_MISSING" });
    expect(stations.network.log).toEqual([]);
  });

  it("for more requests than may wait", async () => {
    const stations = new Stations();
    await stations.server({ psk });
    const client = await stations.client({ ...KNOWN, maxWaitingRequests: 2 });
    const waiting = [client.transport.resolve(SERVER, PORT), client.transport.resolve(SERVER, PORT)];
    expect(await stations.failure(client)).toMatchObject({ code: "COAPKIT_ERR_DTLS_BUSY" });
    expect(new Set(await stations.settled(Promise.all(waiting))).size).toBe(1);
  });

  it("when the transport is closed meanwhile", async () => {
    const stations = new Stations();
    const client = await stations.client(KNOWN);
    const failure = stations.failure(client);
    await stations.clock.advance(10);
    await client.transport.close();
    expect(await failure).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });
});
