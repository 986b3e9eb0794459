import { afterEach, describe, expect, it } from "vitest";
import { EndReason, Flag, NO_TIMEOUT } from "../../src/native/scratch-layout.js";
import { IDENTITY, KEY, pskOptions } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, outputOf, sealed } from "../native-support/harness.js";
import { Pair, type PairOptions } from "../native-support/pair.js";

afterEach(destroyContexts);

const UNKNOWN_PSK_IDENTITY = 115;

function withIdentity(identity: string, key = KEY): PairOptions {
  return { ...pskOptions(), connect: { pskIdentity: identity, pskKey: key }, keys: { [identity]: key } };
}

/** A server that has been asked for a key, and the client's flight that asks. */
function pairWithoutKey(options = pskOptions()) {
  const pair = new Pair({ ...options, loses: (to, index) => to === "server" && index === 4 }).handshake(0);
  const keyExchange = pair.sent[4]?.datagram ?? new Uint8Array();
  const asked = feed(pair.server, keyExchange);
  return { pair, keyExchange, asked };
}

describe("identities of pre-shared keys", () => {
  it.each([1, 32, 128, 255])("have %d bytes", (length) => {
    const identity = "i".repeat(length);
    const pair = new Pair(withIdentity(identity)).handshake();
    expect(pair.isEstablished).toBe(true);
    expect(Buffer.from(engine.info(pair.server).pskIdentity ?? []).toString()).toBe(identity);
  });

  it("may be split over fragments, where the MTU is small", () => {
    const options = withIdentity("i".repeat(255));
    const pair = new Pair({ ...options, client: { ...options.client, mtuBytes: 256 } }).handshake();
    expect(pair.isEstablished).toBe(true);
    expect(Math.max(...pair.sent.map(({ datagram }) => datagram.length))).toBeLessThanOrEqual(256);
  });

  it("may be any UTF-8", () => {
    expect(new Pair(withIdentity("küche/🌡")).handshake().isEstablished).toBe(true);
  });

  it.each([1, 16, 64])("go with keys of %d bytes", (length) => {
    expect(new Pair(withIdentity(IDENTITY, new Uint8Array(length).fill(5))).handshake().isEstablished).toBe(true);
  });
});

describe("looking a key up", () => {
  it("stops the server's timer, and may take as long as it likes", () => {
    const { pair, keyExchange, asked } = pairWithoutKey();
    expect(asked).toMatchObject({ flags: Flag.keyNeeded, timeoutMs: NO_TIMEOUT, datagrams: [] });
    expect(Buffer.from(asked.pskIdentity ?? []).toString()).toBe(IDENTITY);
    for (let i = 0; i < 3; i++)
      expect(feed(pair.server, keyExchange)).toMatchObject({ flags: 0, pskIdentity: undefined });
    const { flags, datagrams } = outputOf(engine.resume(pair.server, KEY));
    expect(flags & Flag.established).toBe(Flag.established);
    feed(pair.client, datagrams[0] ?? new Uint8Array());
    expect(opened(pair.server, sealed(pair.client, "up"))).toEqual(["up"]);
  });

  it("keeps a bounded part of what comes meanwhile", () => {
    const { pair, keyExchange } = pairWithoutKey();
    const many = Buffer.concat(Array.from({ length: 20 }, () => keyExchange));
    for (let i = 0; i < 100; i++) feed(pair.server, many);
    expect(outputOf(engine.resume(pair.server, KEY)).flags & Flag.established).toBe(Flag.established);
  });

  it("happens once: resume does nothing where no key is needed", () => {
    const { pair } = pairWithoutKey();
    engine.resume(pair.server, KEY);
    expect(outputOf(engine.resume(pair.server, KEY))).toMatchObject({ flags: 0, datagrams: [] });
  });
});

describe("a wrong key", () => {
  it("shows in nothing but a handshake that stays before Finished", () => {
    const pair = new Pair({ ...pskOptions(), keys: { [IDENTITY]: new Uint8Array(9) } }).handshake(30_000);
    expect([pair.saw("server", Flag.failed), pair.saw("client", Flag.failed)]).toEqual([false, false]);
    expect([engine.info(pair.server).stage, engine.info(pair.client).stage]).toEqual(["finished", "finished"]);
    expect(engine.info(pair.server).authenticationFailures).toBeGreaterThan(0);
    engine.free(pair.server);
    expect(engine.counters(pair.serverContext)).toMatchObject({ handshakesAbandoned: 1, handshakesFinished: 0 });
  });
});

describe("an unknown identity", () => {
  it("looks like a wrong key, so that nobody learns which identities exist", () => {
    const unknown = new Pair({ ...pskOptions(), keys: {} }).handshake(30_000);
    const wrong = new Pair({ ...pskOptions(), keys: { [IDENTITY]: new Uint8Array(9) } }).handshake(30_000);
    const shape = (pair: Pair) => pair.sent.map(({ to, datagram }) => [to, datagram.length]);
    expect(shape(unknown)).toEqual(shape(wrong));
    expect(engine.info(unknown.server).stage).toBe("finished");
    expect(engine.counters(unknown.serverContext).unknownIdentities).toBe(1);
  });

  it("gets alert 115 where that is wanted", () => {
    const options = pskOptions();
    const server = { ...options.server, preSharedKeys: { concealUnknownIdentities: false } };
    const pair = new Pair({ ...options, server, keys: {} }).handshake();
    const alert = UNKNOWN_PSK_IDENTITY;
    expect(pair.endOf("server")).toMatchObject({ flags: Flag.failed, endReason: EndReason.alertSent, alert });
    expect(pair.endOf("client")).toMatchObject({ flags: Flag.failed, endReason: EndReason.alertReceived, alert });
  });
});

describe("an identity hint", () => {
  it("is sent, and clients go on with the identity they have", () => {
    const options = pskOptions();
    const server = { ...options.server, preSharedKeys: { identityHint: "use your serial number" } };
    const pair = new Pair({ ...options, server }).handshake();
    expect(pair.isEstablished).toBe(true);
    expect(pair.sent.some(({ datagram }) => Buffer.from(datagram).includes("use your serial number"))).toBe(true);
  });
});
