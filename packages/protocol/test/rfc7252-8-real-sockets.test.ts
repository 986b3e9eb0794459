import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CoapClient } from "../src/client/coap-client.js";
import { Endpoint } from "../src/endpoint/endpoint.js";
import type { Clock } from "../src/ports/clock.js";
import { udpTransport } from "../src/udp/udp-transport.js";
import { SeededRandom } from "./support/seeded-random.js";
import { content } from "./support/server-fixture.js";

const GROUP = "224.0.1.187";
const LIBCOAP_CLIENT = "/usr/bin/coap-client-notls";
const run = promisify(execFile);

/** Leaves the process running until it fires, as the tests wait for it. */
const clock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

describe("a group on real sockets (RFC 7252 §8)", () => {
  let server: Endpoint;
  let port: number;
  const kinds: boolean[] = [];

  beforeEach(async () => {
    kinds.length = 0;
    server = new Endpoint({
      transport: udpTransport({ host: "127.0.0.1", multicast: { groups: [GROUP], interface: "lo" } }),
      clock,
      random: new SeededRandom(),
      parameters: { defaultLeisureMs: 20 },
      onRequest: (exchange) => {
        kinds.push(exchange.request.isMulticast);
        exchange.respond(content("</temp>"));
      },
    });
    ({ port } = await server.open());
  });
  afterEach(() => server.close());

  it("is discovered by our client, which then asks the member that answered", async () => {
    const endpoint = new Endpoint({
      transport: udpTransport({ host: "127.0.0.1" }),
      clock,
      random: new SeededRandom(2),
    });
    await endpoint.open();
    const client = new CoapClient(endpoint);
    for await (const { payload, peer } of client.discover(`coap://${GROUP}:${port}/.well-known/core`)) {
      expect([new TextDecoder().decode(payload), peer.address, peer.port]).toEqual(["</temp>", "127.0.0.1", port]);
      expect(new TextDecoder().decode((await client.get(peer, { path: "/temp" })).payload)).toBe("</temp>");
      break;
    }
    expect(kinds).toEqual([true, false]);
    await endpoint.close();
  });

  it.runIf(existsSync(LIBCOAP_CLIENT))("is discovered by libcoap's client", async () => {
    const uri = `coap://${GROUP}:${port}/.well-known/core`;
    const { stdout } = await run(LIBCOAP_CLIENT, ["-N", "-B", "1", "-a", "127.0.0.1", "-m", "get", uri]);
    expect(stdout).toContain("</temp>");
    expect(kinds).toEqual([true]);
  });
});
