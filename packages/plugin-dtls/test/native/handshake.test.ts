import { afterEach, describe, expect, it } from "vitest";
import type { ConnectionIdOptions } from "../../src/native/context-options.js";
import { Flag } from "../../src/native/scratch-layout.js";
import { establishedPair, IDENTITY, optionsFor, pskOptions, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, opened, sealed, write } from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";

afterEach(destroyContexts);

const CONNECTION_IDS: readonly (readonly [string, ConnectionIdOptions | undefined])[] = [
  ["without connection IDs", undefined],
  ["with connection IDs", { lengthBytes: 8 }],
  ["with empty connection IDs", { lengthBytes: 0 }],
];

describe.each(CONNECTION_IDS)("a handshake %s", (_, connectionId) => {
  it.each(SUITES)("of %s carries data both ways", (suite) => {
    const { client, server, serverContext } = establishedPair(optionsFor(suite, connectionId));
    expect(opened(server, sealed(client, "up"))).toEqual(["up"]);
    expect(opened(client, sealed(server, "down"))).toEqual(["down"]);
    expect(opened(server, sealed(client, ""))).toEqual([""]);
    for (const session of [client, server]) {
      expect(engine.info(session)).toMatchObject({
        stage: "established",
        cipherSuite: suite,
        extendedMasterSecret: true,
        authenticationFailures: 0,
      });
    }
    expect(engine.counters(serverContext)).toMatchObject({ handshakesFinished: 1, recordsReceived: 2, recordsSent: 1 });
  });
});

describe("a PSK handshake", () => {
  it("takes three datagrams each way and no time", () => {
    const pair = establishedPair();
    expect(pair.sent.map(({ to }) => to)).toEqual(["server", "client", "server", "client", "server", "client"]);
    expect(pair.nowMs).toBe(0);
    expect(Buffer.from(engine.info(pair.server).pskIdentity ?? []).toString()).toBe(IDENTITY);
  });

  it("prefers what the server prefers", () => {
    const { server, client, ...rest } = pskOptions("TLS_PSK_WITH_AES_256_GCM_SHA384");
    const all = { ...client, cipherSuites: ["TLS_PSK_WITH_AES_128_CCM_8", "TLS_PSK_WITH_AES_256_GCM_SHA384"] as const };
    const pair = establishedPair({ server, client: all, ...rest });
    expect(engine.info(pair.client).cipherSuite).toBe("TLS_PSK_WITH_AES_256_GCM_SHA384");
  });

  it("fails with handshake_failure where no suite is shared", () => {
    const { server } = pskOptions("TLS_PSK_WITH_AES_128_CCM");
    const pair = new Pair({ ...pskOptions(), server }).handshake();
    expect(pair.endOf("client")).toMatchObject({ flags: Flag.failed, endReason: 3, alert: 40 });
    expect(engine.counters(pair.serverContext)).toMatchObject({ handshakesFailed: 1, handshakesAbandoned: 0 });
  });

  it("works where the extended master secret is required and both have it", () => {
    const options = pskOptions();
    const requireIt = { requireExtendedMasterSecret: true };
    const pair = establishedPair({
      ...options,
      server: { ...options.server, ...requireIt },
      client: { ...options.client, ...requireIt },
    });
    expect(engine.info(pair.server).extendedMasterSecret).toBe(true);
  });

  it("carries records of 16,384 bytes, and none that are longer", () => {
    const { client, server } = establishedPair();
    const [datagram = new Uint8Array()] = write(client, new Uint8Array(16_384).fill(7)).datagrams;
    expect(opened(server, datagram)).toEqual(["\x07".repeat(16_384)]);
    expect(() => write(client, new Uint8Array(16_385))).toThrow(RangeError);
  });
});
