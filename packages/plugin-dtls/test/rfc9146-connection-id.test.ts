import { describe, expect, it } from "vitest";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, PORT, SERVER, Stations, textsOf } from "./support/stations.js";

const psk = { "device-1": "secret key", "device-2": "other key" };
const CONNECTION_ID_RECORD = 25;

async function connected(clientOptions = KNOWN) {
  const stations = new Stations();
  const server = await stations.server({ psk });
  const client = await stations.client(clientOptions, CLIENT, 40_000);
  const peer = await stations.connect(client);
  await stations.say(client, peer, "before");
  const caller = server.received[0]?.peer ?? -1;
  return { stations, server, client, peer, caller };
}

describe("RFC 9146 §6: a client whose NAT gives it another port", () => {
  it("keeps its session and its number, and is answered at the new port", async () => {
    const { stations, server, client, peer, caller } = await connected();
    stations.network.rebind(client.socket, 50_000);
    await stations.say(client, peer, "after");
    await stations.say(server, caller, "answer");
    expect(server.received).toEqual([
      { peer: caller, text: "before" },
      { peer: caller, text: "after" },
    ]);
    expect(textsOf(client)).toEqual(["answer"]);
    expect([server.peers.addressOf(caller), server.peers.portOf(caller)]).toEqual([CLIENT, 50_000]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, addressChanges: 1, handshakesFinished: 1 });
  });

  it("may move again and again, also back", async () => {
    const { stations, server, client, peer, caller } = await connected();
    for (const port of [50_000, 50_001, 40_000, 50_002]) {
      stations.network.rebind(client.socket, port);
      await stations.say(client, peer, String(port));
      expect(server.peers.portOf(caller)).toBe(port);
    }
    expect(countersOf(server)).toMatchObject({ sessions: 1, addressChanges: 4 });
  });

  it("with connection IDs of both sides too", async () => {
    const { stations, server, client, peer, caller } = await connected({
      client: { ...KNOWN.client, connectionIdLengthBytes: 6 },
    });
    stations.network.rebind(client.socket, 50_000);
    await stations.say(client, peer, "after");
    await stations.say(server, caller, "answer");
    expect([textsOf(server), textsOf(client)]).toEqual([["before", "after"], ["answer"]]);
  });

  it("loses its session without a connection ID", async () => {
    const { stations, server, client, peer } = await connected({ ...KNOWN, connectionId: false });
    stations.network.rebind(client.socket, 50_000);
    await stations.say(client, peer, "after");
    expect(textsOf(server)).toEqual(["before"]);
    expect(countersOf(server)).toMatchObject({ addressChanges: 0, droppedStrangers: 1 });
  });

  it("shares nothing with the next one at its old port", async () => {
    const { stations, server, client, peer, caller } = await connected();
    stations.network.rebind(client.socket, 50_000);
    const other = { client: { psk: { identity: "device-2", key: "other key" } } };
    const next = await stations.client(other, CLIENT, 40_000);
    await stations.say(next, await stations.connect(next), "another");
    await stations.say(client, peer, "after");
    expect(server.received.map(({ text }) => text)).toEqual(["before", "another", "after"]);
    expect(server.received[2]?.peer).toBe(caller);
    expect(server.received[1]?.peer).not.toBe(caller);
    expect(countersOf(server)).toMatchObject({ sessions: 2, sessionsReplaced: 0 });
  });
});

describe("RFC 9146 §6: the address does not move", () => {
  /** The last record that the client sent. */
  const lastRecord = (stations: Stations): Uint8Array =>
    stations.network.log.findLast(({ to, bytes }) => to === `${SERVER}:${PORT}` && bytes[0] === CONNECTION_ID_RECORD)
      ?.bytes ?? new Uint8Array(0);

  it("for a record that was seen before", async () => {
    const { stations, server, caller } = await connected();
    const attacker = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(attacker);
    await stations.sayRaw(attacker, lastRecord(stations));
    expect(server.peers.addressOf(caller)).toBe(CLIENT);
    expect(countersOf(server)).toMatchObject({ addressChanges: 0, droppedReplayed: 1 });
  });

  it("for a record that was changed", async () => {
    const { stations, server, client, peer, caller } = await connected();
    const attacker = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(attacker);
    stations.network.dropWhere(({ from }) => from.startsWith(CLIENT));
    await stations.say(client, peer, "never arrives");
    const record = Uint8Array.from(lastRecord(stations));
    record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
    await stations.sayRaw(attacker, record);
    expect(server.peers.addressOf(caller)).toBe(CLIENT);
    expect(textsOf(server)).toEqual(["before"]);
    expect(countersOf(server)).toMatchObject({ addressChanges: 0, droppedForged: 1 });
  });

  it("for an authentic record that newer ones have overtaken, which is taken all the same", async () => {
    const { stations, server, client, peer, caller } = await connected();
    const attacker = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(attacker);
    stations.network.dropWhere(({ from }) => from.startsWith(CLIENT));
    await stations.say(client, peer, "held back");
    const held = lastRecord(stations);
    stations.network.dropWhere();
    await stations.say(client, peer, "newer");
    await stations.sayRaw(attacker, held);
    expect(textsOf(server)).toEqual(["before", "newer", "held back"]);
    expect(server.peers.addressOf(caller)).toBe(CLIENT);
    expect(countersOf(server).addressChanges).toBe(0);
  });

  it("for a connection ID that nobody has", async () => {
    const { stations, server } = await connected();
    const record = Uint8Array.from(lastRecord(stations));
    record[11] = (record[11] ?? 0) ^ 1; // after type, version, epoch and sequence number
    const attacker = stations.network.transport({ address: "10.0.0.66" });
    await stations.connectRaw(attacker);
    await stations.sayRaw(attacker, record);
    expect(textsOf(server)).toEqual(["before"]);
    expect(countersOf(server)).toMatchObject({ addressChanges: 0, droppedConnectionId: 1 });
  });
});
