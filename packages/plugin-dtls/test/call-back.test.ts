import { describe, expect, it } from "vitest";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, SERVER, type Station, Stations, textsOf } from "./support/stations.js";

const PORT = 40_000;
const psk = { "device-1": "secret key" };

/** A device with a session with a server, which then asks for the device's address. */
async function calling(options: DtlsOptions) {
  const stations = new Stations();
  const server = await stations.server(options);
  const device: Station = await stations.open(CLIENT, PORT, { ...KNOWN, psk: { app: "another key" } }, "server");
  await stations.say(device, await stations.connect(device), "hello");
  return { stations, server, device, caller: server.received[0]?.peer ?? -1 };
}

describe("a request to the address of a device that has called", () => {
  it.each<[string, DtlsOptions]>([
    ["nothing is asked of it", { psk }],
    ["it has shown the key that would be asked for", KNOWN],
    ["the function that gives credentials has none for it", { psk, client: { psk: () => undefined } }],
  ])("goes over its session where %s", async (_, options) => {
    const { stations, server, caller } = await calling(options);
    expect(await stations.connect(server, CLIENT, PORT)).toBe(caller);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakesStarted: 1 });
  });

  it("needs a session of its own where another identity would be asked for", async () => {
    const client = { psk: { identity: "app", key: "another key" } };
    const { stations, server, device, caller } = await calling({ psk, client });
    const peer = await stations.connect(server, CLIENT, PORT);
    expect(peer).not.toBe(caller);
    await stations.say(server, peer, "to the device");
    expect(textsOf(device)).toEqual(["to the device"]);
    expect(countersOf(device).handshakesFinished).toBe(2);
  });

  it("needs a session of its own where another key of the same identity would be asked for", async () => {
    const client = { psk: { identity: "device-1", key: "another key" } };
    const { stations, server, caller } = await calling({ psk, client, handshakeTimeoutMs: 3_000 });
    const error = await stations.failure(server, CLIENT, PORT);
    expect(error).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT", stage: "finished" });
    expect(server.peers.sessionOf(caller)).toBe(1);
  });

  it("does not go over it under a name, which nobody has proven", async () => {
    const { stations, server } = await calling({ psk });
    stations.network.transport({ address: CLIENT, name: "device.example" });
    expect(await stations.failure(server, "device.example", PORT)).toMatchObject({
      code: "COAPKIT_ERR_DTLS_CREDENTIALS_MISSING",
    });
  });

  it("leaves the device's session alone, and the other way round", async () => {
    const client = { psk: { identity: "app", key: "another key" } };
    for (const connectionId of [true, false]) {
      const { stations, server, device, caller } = await calling({ psk, client, connectionId });
      const toDevice = await stations.connect(server, CLIENT, PORT);
      const toServer = await stations.connect(device);
      await stations.say(device, toServer, "question");
      await stations.say(server, caller, "answer");
      await stations.say(server, toDevice, "command");
      await stations.say(device, device.received.at(-1)?.peer ?? -1, "result");
      expect(textsOf(server)).toEqual(["hello", "question", "result"]);
      expect(textsOf(device)).toEqual(["answer", "command"]);
      expect(server.received.map(({ peer }) => peer)).toEqual([caller, caller, toDevice]);
      expect(countersOf(server)).toMatchObject({ sessions: 2, handshakesStarted: 2, sessionsReplaced: 0 });
      for (const { transport } of [server, device]) await transport.close();
    }
  });
});

describe("two sides that call each other at a time", () => {
  const both: DtlsOptions = { psk: { app: "app key" }, client: { psk: { identity: "app", key: "app key" } } };
  const apart: [DtlsOptions, DtlsOptions] = [
    { psk: { "device-1": "secret key" }, client: { psk: { identity: "app", key: "app key" } } },
    { psk: { app: "app key" }, client: { psk: { identity: "device-1", key: "secret key" } } },
  ];

  it.each<[string, [DtlsOptions, DtlsOptions], number]>([
    ["have one session where it shows what each would ask for", [both, both], 1],
    ["have one each where not", apart, 2],
  ])("%s", async (_, [left, right], sessions) => {
    for (let seed = 1; seed <= 10; seed++) {
      const stations = new Stations({ jitterMs: 10, seed });
      const a = await stations.open(SERVER, PORT, left, "server");
      const b = await stations.open(CLIENT, PORT, right, "server");
      const startMs = stations.clock.nowMs();
      const calls = [a.transport.resolve(CLIENT, PORT), b.transport.resolve(SERVER, PORT)];
      const [toB = -1, toA = -1] = await stations.settled(Promise.all(calls));
      expect(stations.clock.nowMs() - startMs).toBeLessThan(5_000);
      await stations.say(a, toB, "from a");
      await stations.say(b, toA, "from b");
      expect([textsOf(a), textsOf(b)]).toEqual([["from b"], ["from a"]]);
      expect([countersOf(a).sessions, countersOf(b).sessions]).toEqual([sessions, sessions]);
      expect([countersOf(a).handshakes, countersOf(b).handshakes]).toEqual([0, 0]);
      for (const { transport } of [a, b]) await transport.close();
    }
  });
});
