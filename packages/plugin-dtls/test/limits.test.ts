import { seededRandom } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, PORT, SERVER, type Station, Stations, textsOf } from "./support/stations.js";

const psk = { "device-1": "secret key" };
/** Sides whose handshake stays half done: the key is wrong. */
const STUCK = { client: { psk: { identity: "device-1", key: "wrong key" } } };

/** The ClientHello of a handshake, as it went over the network. */
function firstClientHello(stations: Stations): Uint8Array {
  return stations.network.log.find(({ to }) => to === `${SERVER}:${PORT}`)?.bytes ?? new Uint8Array(0);
}

describe("strangers", () => {
  it("get a cookie and leave nothing behind, whatever number of them begins a handshake", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    await stations.connect(await stations.client(KNOWN));
    const hello = firstClientHello(stations);
    for (let i = 0; i < 200; i++) {
      const socket = stations.network.transport({ address: `10.1.0.${i}` });
      await stations.connectRaw(socket);
      await stations.sayRaw(socket, hello);
      await socket.close();
    }
    expect(countersOf(server)).toMatchObject({
      helloVerifyRequests: 201,
      sessions: 1,
      handshakes: 0,
      handshakesStarted: 1,
    });
  });

  it("get no more bytes than they sent before they have proved their address", async () => {
    const stations = new Stations();
    await stations.server({ psk });
    await stations.connect(await stations.client(KNOWN));
    const [hello, verify] = stations.network.log;
    expect(verify?.from).toBe(`${SERVER}:${PORT}`);
    expect(verify?.bytes.length).toBeLessThan(hello?.bytes.length ?? 0);
  });

  it("get no answer to garbage, while sessions go on", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    const socket = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(socket);
    stations.network.clearLog();
    const random = seededRandom(7);
    const to = await socket.resolve(SERVER, PORT);
    for (let i = 0; i < 5_000; i++) {
      const bytes = random.bytes(Math.floor(random.fraction() * 100));
      if (i % 3 !== 0) bytes.set([[20, 21, 22, 23, 24, 25][i % 6] ?? 0, 0xfe, 0xfd].slice(0, bytes.length));
      socket.send(to, bytes, 0, bytes.length);
      if (i % 100 === 0) await stations.clock.advance(20);
    }
    await stations.clock.advance(20);
    await stations.say(client, peer, "still here");
    expect(textsOf(server)).toEqual(["still here"]);
    expect(stations.network.log.filter(({ from }) => from === `${SERVER}:${PORT}`)).toEqual([]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakes: 0 });
    expect(countersOf(server).droppedStrangers).toBeGreaterThan(1_000);
  });

  it("cannot end a session with garbage from its address", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client({ ...KNOWN, connectionId: false });
    const peer = await stations.connect(client);
    const random = seededRandom(11);
    for (let i = 0; i < 600; i++) {
      const body = random.bytes(i % 71);
      const head = [
        [20, 21, 22, 23, 24, 25][i % 6] ?? 0,
        0xfe,
        0xfd,
        0,
        i % 4 === 0 ? 0 : 1,
        0,
        0,
        0,
        0,
        0,
        i % 200,
        0,
        body.length,
      ];
      await stations.sayRaw(client.socket, Uint8Array.from([...head, ...body]));
    }
    await stations.say(client, peer, "still here");
    expect(textsOf(server)).toEqual(["still here"]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakes: 0, sessionsFailed: 0 });
    expect(countersOf(server).droppedForged).toBeGreaterThan(100);
  });
});

describe("changed copies of a handshake", () => {
  it.each([1, 2, 3, 4])("neither end a session nor stay, seed %i", async (seed) => {
    const stations = new Stations();
    const server = await stations.server({ psk, handshakeTimeoutMs: 5_000 });
    const client = await stations.client({ ...KNOWN, connectionId: seed % 2 === 0 });
    const peer = await stations.connect(client);
    await stations.say(client, peer, "hello");
    const recorded = stations.network.log.filter(({ to }) => to === `${SERVER}:${PORT}`).map(({ bytes }) => bytes);
    const stranger = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(stranger);
    const random = seededRandom(seed);
    for (let i = 0; i < 300; i++) {
      const copy = Uint8Array.from(recorded[Math.floor(random.fraction() * recorded.length)] ?? []);
      for (let flips = i % 3; flips >= 0; flips--) copy[Math.floor(random.fraction() * copy.length)] = i;
      const part = copy.subarray(0, i % 5 === 0 ? Math.floor(random.fraction() * copy.length) : copy.length);
      await stations.sayRaw(i % 2 === 0 ? client.socket : stranger, part);
    }
    await stations.say(client, peer, "still here");
    expect(textsOf(server)).toEqual(["hello", "still here"]);
    await stations.clock.advance(6_000);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakes: 0, sessionsFailed: 0, sessionsReplaced: 0 });
  });
});

describe("handshakes under way", () => {
  it("are limited in number: one more is met with silence, before its cookie", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, maxHandshakes: 3 });
    for (let i = 0; i < 3; i++) await begin(stations, `10.0.1.${i}`);
    expect(countersOf(server)).toMatchObject({ handshakes: 3, helloVerifyRequests: 3 });
    await begin(stations, "10.0.1.9");
    expect(countersOf(server)).toMatchObject({ handshakes: 3, helloVerifyRequests: 3 });
    expect(countersOf(server).handshakesRefused).toBeGreaterThan(0);
  });

  it("are limited for each address, so that others still come in", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, maxHandshakesPerAddress: 2 });
    for (let i = 0; i < 3; i++) await begin(stations, "10.0.1.1");
    expect(countersOf(server).handshakes).toBe(2);
    const client = await stations.client(KNOWN);
    await stations.say(client, await stations.connect(client), "hello");
    expect(textsOf(server)).toEqual(["hello"]);
  });

  it("give their places back when their time is over", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, maxHandshakes: 2, handshakeTimeoutMs: 5_000 });
    for (let i = 0; i < 2; i++) await begin(stations, `10.0.1.${i}`);
    await stations.clock.advance(6_000);
    expect(countersOf(server)).toMatchObject({ handshakes: 0, handshakesTimedOut: 2, handshakesAbandoned: 2 });
    await stations.connect(await stations.client(KNOWN));
    expect(countersOf(server).sessions).toBe(1);
  });

  /** Begins a handshake that stays half done. */
  async function begin(stations: Stations, address: string): Promise<void> {
    const client = await stations.client(STUCK, address);
    client.transport.resolve(SERVER, PORT).catch(() => undefined); // it is never established
    await stations.clock.advance(100);
  }
});

describe("established sessions", () => {
  it("make room for others, the least recently used first, and are told", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, maxSessions: 3 });
    const clients = await Promise.all([1, 2, 3].map((i) => stations.client(KNOWN, `10.0.2.${i}`)));
    const peers: number[] = [];
    for (const client of clients) peers.push(await stations.connect(client));
    await stations.say(clients[0] as Station, peers[0] ?? -1, "used");
    await stations.connect(await stations.client(KNOWN, "10.0.2.4"));
    await stations.clock.advance(100);
    expect(countersOf(server)).toMatchObject({ sessions: 3, sessionsEvicted: 1 });
    expect(clients.map((client) => countersOf(client).sessions)).toEqual([1, 0, 1]);
    expect(clients[1]?.peers.sessionOf(peers[1] ?? -1)).toBe(0);
  });

  it("expire without use, those with a connection ID later", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, idleExpiryMs: 60_000, idleExpiryWithConnectionIdMs: 600_000 });
    const plain = await stations.client({ ...KNOWN, connectionId: false }, "10.0.3.1");
    const moving = await stations.client(KNOWN, "10.0.3.2");
    const peers = [await stations.connect(plain), await stations.connect(moving)];
    await stations.clock.advance(50_000);
    await stations.say(plain, peers[0] ?? -1, "used");
    await stations.clock.advance(50_000);
    expect(countersOf(server)).toMatchObject({ sessions: 2, sessionsExpired: 0 });
    await stations.clock.advance(20_000);
    expect(countersOf(server)).toMatchObject({ sessions: 1, sessionsExpired: 1 });
    expect([countersOf(plain).sessions, countersOf(moving).sessions]).toEqual([0, 1]);
    await stations.clock.advance(600_000);
    expect(countersOf(server)).toMatchObject({ sessions: 0, sessionsExpired: 2 });
  });

  it("drop what the endpoint has no room for", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN, CLIENT);
    for (let i = 0; i < server.peers.capacity; i++) server.peers.pin(server.peers.intern("10.9.9.9", i + 1));
    await stations.say(client, await stations.connect(client), "hello");
    expect(textsOf(server)).toEqual([]);
    expect(countersOf(server)).toMatchObject({ droppedPeers: 1, sessions: 1 });
  });

  it("do not send what is too long for a record", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    await stations.say(client, peer, "x".repeat(16_383));
    await stations.say(client, peer, "x".repeat(16_384));
    expect(textsOf(server).map(({ length }) => length)).toEqual([16_383]);
    expect(countersOf(client).droppedSends).toBe(1);
  });
});
