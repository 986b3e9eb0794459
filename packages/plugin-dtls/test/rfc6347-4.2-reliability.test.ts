import { describe, expect, it } from "vitest";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, PORT, SERVER, type Station, Stations, textsOf } from "./support/stations.js";

const psk = { "device-1": "secret key" };
const FROM_SERVER = `${SERVER}:${PORT}`;

/** Records of the epoch after the handshake's. */
const isEncrypted = (bytes: Uint8Array): boolean => {
  for (let at = 0; at + 13 <= bytes.length; at += 13 + ((bytes[at + 11] ?? 0) << 8) + (bytes[at + 12] ?? 0)) {
    if (bytes[at] === 25 || bytes[at + 4] !== 0) return true;
  }
  return false;
};

describe("RFC 6347 §4.2.4: lost flights", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    "of a network that loses one in ten, seed %i",
    async (seed) => {
      const stations = new Stations({ loss: 0.1, seed });
      const server = await stations.server({ psk });
      for (let i = 0; i < 10; i++) {
        const client = await stations.client(KNOWN, `10.0.4.${i}`);
        await stations.connect(client);
      }
      expect(countersOf(server)).toMatchObject({ handshakes: 0, sessions: 10 });
    },
  );

  it.each([1, 2, 3])("of a network that loses, reorders and duplicates, seed %i", async (seed) => {
    const stations = new Stations({ loss: 0.1, reordering: 0.3, duplication: 0.3, jitterMs: 30, seed });
    const handshakeTimeoutMs = 120_000;
    const server = await stations.server({ psk, handshakeTimeoutMs });
    for (let i = 0; i < 10; i++) {
      await stations.connect(await stations.client({ ...KNOWN, handshakeTimeoutMs }, `10.0.4.${i}`));
    }
    expect(countersOf(server).sessions).toBe(10);
  });

  it("are sent again after 1 s, then after twice as long each time", async () => {
    const stations = new Stations({ latencyMs: 0 });
    const client = await stations.client({ ...KNOWN, handshakeTimeoutMs: 20_000 });
    await stations.failure(client);
    const times = stations.network.log.map(({ atMs }) => atMs - (stations.network.log[0]?.atMs ?? 0));
    expect(times).toHaveLength(5);
    for (const [i, wanted] of [0, 1_000, 3_000, 7_000, 15_000].entries()) {
      expect(Math.abs((times[i] ?? 0) - wanted)).toBeLessThanOrEqual(200);
    }
    expect(countersOf(client).retransmissions).toBe(4);
  });

  it("are sent again as late as retransmitInitialMs says", async () => {
    const stations = new Stations();
    const client = await stations.client({ ...KNOWN, retransmitInitialMs: 9_000, handshakeTimeoutMs: 20_000 });
    await stations.failure(client);
    expect(stations.network.log).toHaveLength(2);
  });

  it("include the last one of the server, which it sends again when the client asks", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    let dropped = 0;
    stations.network.dropWhere(({ from, bytes }) => from === FROM_SERVER && isEncrypted(bytes) && dropped++ < 2);
    const peer = await stations.connect(client);
    expect(dropped).toBeGreaterThanOrEqual(3);
    await stations.say(client, peer, "made it");
    expect(textsOf(server)).toEqual(["made it"]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakes: 0 });
  });
});

describe("RFC 6347 §4.2.8: a client that has started again", () => {
  it("gets a new session at the same address and port, which replaces the old one when it is established", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const before = await stations.client({ ...KNOWN, connectionId: false }, CLIENT, 40_000);
    await stations.say(before, await stations.connect(before), "before");
    const old = server.received[0]?.peer ?? -1;
    await losePower(stations, before);
    const after = await stations.client({ ...KNOWN, connectionId: false }, CLIENT, 40_000);
    await stations.say(after, await stations.connect(after), "after");
    expect(textsOf(server)).toEqual(["before", "after"]);
    expect(server.peers.sessionOf(old)).toBe(0);
    expect(countersOf(server)).toMatchObject({ sessions: 1, sessionsReplaced: 1 });
  });

  it("with a connection ID too, as it is the same client", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const before = await stations.client(KNOWN, CLIENT, 40_000);
    await stations.say(before, await stations.connect(before), "before");
    await losePower(stations, before);
    const after = await stations.client(KNOWN, CLIENT, 40_000);
    await stations.say(after, await stations.connect(after), "after");
    expect(textsOf(server)).toEqual(["before", "after"]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, sessionsReplaced: 1 });
  });

  it("does not lose the old session to somebody who cannot finish the new handshake", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk, handshakeTimeoutMs: 5_000 });
    const client = await stations.client({ ...KNOWN, connectionId: false }, CLIENT, 40_000);
    const peer = await stations.connect(client);
    const impostor = { client: { psk: { identity: "device-1", key: "wrong key" } }, handshakeTimeoutMs: 5_000 };
    stations.network.rebind(client.socket, 40_001);
    const second = await stations.client(impostor, CLIENT, 40_000);
    const failure = stations.failure(second);
    await stations.clock.advance(200);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakes: 1 });
    expect(await failure).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT" });
    await second.transport.close();
    stations.network.rebind(client.socket, 40_000);
    await stations.clock.advance(1_000);
    await stations.say(client, peer, "still here");
    expect(textsOf(server)).toEqual(["still here"]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, sessionsReplaced: 0 });
  });

  it("is served under its old session while the new handshake is under way", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client({ ...KNOWN, connectionId: false }, CLIENT, 40_000);
    const peer = await stations.connect(client);
    stations.network.rebind(client.socket, 40_001);
    const impostor = await stations.client({ client: { psk: { identity: "device-1", key: "wrong" } } }, CLIENT, 40_000);
    void stations.failure(impostor);
    await stations.clock.advance(200);
    await impostor.transport.close();
    stations.network.rebind(client.socket, 40_000);
    await stations.say(client, peer, "meanwhile");
    expect(countersOf(server).handshakes).toBe(1);
    expect(textsOf(server)).toEqual(["meanwhile"]);
  });
});

describe("RFC 6347 §4.1.2.6: records that come twice", () => {
  it("are taken once", async () => {
    const stations = new Stations({ duplication: 1 });
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    for (const text of ["a", "b", "c"]) await stations.say(client, peer, text);
    expect(textsOf(server)).toEqual(["a", "b", "c"]);
    expect(countersOf(server).droppedReplayed).toBeGreaterThanOrEqual(3);
  });
});

describe("RFC 6347 §4.1.1.1: a path that carries 300 bytes", () => {
  it("carries the handshake in parts", async () => {
    const stations = new Stations({ mtuBytes: 300 });
    const server = await stations.server({ psk, mtuBytes: 300 });
    const client = await stations.client({ ...KNOWN, mtuBytes: 300 });
    await stations.say(client, await stations.connect(client), "small");
    expect(textsOf(server)).toEqual(["small"]);
  });
});

/** What a device that loses its power says: nothing. */
async function losePower(stations: Stations, { socket, transport }: Station): Promise<void> {
  await socket.close();
  await transport.close();
  await stations.clock.advance(100);
}
