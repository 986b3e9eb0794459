import { readOptionsSync } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { credentialsOf } from "../src/credentials/credentials.js";
import { dtlsOptions } from "../src/credentials/dtls-options.js";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import { KNOWN } from "./support/make-transport.js";
import { countersOf, PORT, SERVER, type Station, Stations, textsOf } from "./support/stations.js";

const psk = { "device-1": "secret key" };

/** Ends a server without a word, and starts another one in its place. */
async function restart(stations: Stations, server: Station): Promise<Station> {
  await server.socket.close();
  await server.transport.close();
  return stations.server({ psk });
}

describe("a client whose server has lost the session", () => {
  it("makes another one when nothing has come back for renewAfterMs", async () => {
    const stations = new Stations();
    const before = await stations.server({ psk });
    const client = await stations.client({ ...KNOWN, renewAfterMs: 10_000 });
    const first = await stations.connect(client);
    await stations.say(client, first, "before");
    await stations.say(before, before.received[0]?.peer ?? -1, "answer");
    const after = await restart(stations, before);
    await stations.say(client, first, "lost");
    expect(await stations.connect(client)).toBe(first);
    await stations.clock.advance(10_000);
    const second = await stations.connect(client);
    await stations.say(client, second, "after");
    expect(textsOf(after)).toEqual(["after"]);
    expect(client.peers.sessionOf(second)).toBe(2);
    expect(countersOf(client)).toMatchObject({ sessions: 1, sessionsReplaced: 1 });
    expect(countersOf(after).droppedConnectionId).toBe(1);
  });

  it("keeps a session that is not used, and one that is answered", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client({ ...KNOWN, renewAfterMs: 10_000 });
    const peer = await stations.connect(client);
    await stations.clock.advance(60_000);
    expect(await stations.connect(client)).toBe(peer);
    for (let i = 0; i < 5; i++) {
      await stations.say(client, peer, "question");
      await stations.say(server, server.received[0]?.peer ?? -1, "answer");
      await stations.clock.advance(9_000);
    }
    expect(await stations.connect(client)).toBe(peer);
    expect(countersOf(client).handshakesStarted).toBe(1);
  });
});

describe("credentials that change", () => {
  const credentials = (options: DtlsOptions) => credentialsOf(readOptionsSync("dtls", dtlsOptions, options));

  it("are used for handshakes from then on, while established sessions go on", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const early = await stations.client(KNOWN, "10.0.5.1");
    const peer = await stations.connect(early);
    server.transport.use(credentials({ psk: { "device-2": "new key" } }));
    await stations.say(early, peer, "still here");
    const late = await stations.client({ ...KNOWN, handshakeTimeoutMs: 3_000 }, "10.0.5.2");
    expect(await stations.failure(late)).toMatchObject({ code: "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT" });
    const other = await stations.client({ client: { psk: { identity: "device-2", key: "new key" } } }, "10.0.5.3");
    await stations.say(other, await stations.connect(other), "new");
    expect(textsOf(server)).toEqual(["still here", "new"]);
  });

  it("let a session that uses connection IDs go on, also from elsewhere", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const client = await stations.client(KNOWN);
    const peer = await stations.connect(client);
    server.transport.use(credentials({ psk: {} }));
    stations.network.rebind(client.socket, 50_000);
    await stations.say(client, peer, "still here");
    expect(textsOf(server)).toEqual(["still here"]);
    expect(countersOf(server)).toMatchObject({ sessions: 1, handshakesFinished: 1, addressChanges: 1 });
    expect(server.transport.endSessions(() => true)).toBe(1);
    expect(countersOf(server)).toMatchObject({ sessions: 0, handshakesFinished: 1, recordsReceived: 1 });
  });

  it("stay as they were when the new ones cannot be used", async () => {
    const stations = new Stations();
    const server = await stations.server({ psk });
    const broken = credentials({ psk, cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"] });
    expect(() => server.transport.use(broken)).toThrow(/Options of plugin @coapkit\/plugin-dtls are wrong/);
    const client = await stations.client(KNOWN);
    await stations.say(client, await stations.connect(client, SERVER, PORT), "hello");
    expect(textsOf(server)).toEqual(["hello"]);
  });
});
