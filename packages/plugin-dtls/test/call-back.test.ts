import { describe, expect, it } from "vitest";
import type { DtlsOptions } from "../src/dtls-plugin.js";
import { KNOWN } from "./support/make-transport.js";
import { CLIENT, countersOf, type Station, Stations, textsOf } from "./support/stations.js";

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
});
