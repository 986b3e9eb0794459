import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { establishedPair, pskOptions } from "../native-support/credentials.js";
import {
  connect,
  createContext,
  destroyContexts,
  engine,
  feed,
  listen,
  opened,
  outputOf,
  sealed,
} from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";

afterEach(destroyContexts);

const NONE = new Uint8Array();

/** A server, and the ClientHellos of one client: without a cookie, and with the server's. */
function hellos(peer: string, maxHandshakes = 1000) {
  const options = pskOptions();
  const server = createContext({ ...options.server, maxHandshakes });
  const hello = () => {
    const first = connect(createContext(options.client), options.connect);
    const [withoutCookie = NONE] = first.datagrams;
    const [verifyRequest = NONE] = listen(server, peer, withoutCookie).datagrams;
    const [withCookie = NONE] = feed(first.session, verifyRequest).datagrams;
    return { withoutCookie, withCookie };
  };
  return { server, hello };
}

describe("the cookie exchange, RFC 6347 §4.2.1", () => {
  it("answers 200 first ClientHellos with 200 HelloVerifyRequests, smaller ones, and keeps nothing", () => {
    const options = pskOptions();
    const server = createContext(options.server);
    const client = createContext(options.client);
    for (let i = 0; i < 200; i++) {
      const [hello = NONE] = connect(client, options.connect).datagrams;
      const { flags, session, datagrams } = listen(server, `[2001:db8::${i}]:5684`, hello);
      expect([flags, session, datagrams.length, datagrams[0]?.[13]]).toEqual([0, 0, 1, 3]);
      expect(datagrams[0]?.length).toBeLessThan(hello.length);
    }
    expect(engine.counters(server)).toMatchObject({ helloVerifyRequests: 200, handshakesStarted: 0 });
  });

  it("accepts a ClientHello that comes back with its cookie from where it came", () => {
    const { server, hello } = hellos("10.0.0.1:1");
    expect(listen(server, "10.0.0.1:1", hello().withCookie).flags).toBe(Flag.accepted);
  });

  it("refuses the cookie of another address, port or ClientHello", () => {
    const { server, hello } = hellos("10.0.0.1:1");
    const { withCookie } = hello();
    const ofAnotherClient = withCookie.slice();
    ofAnotherClient[40] = (ofAnotherClient[40] ?? 0) ^ 1;
    for (const [peer, datagram] of [
      ["10.0.0.2:1", withCookie],
      ["10.0.0.1:2", withCookie],
      ["10.0.0.1:1", ofAnotherClient],
    ] as const) {
      const { flags, datagrams } = listen(server, peer, datagram);
      expect([flags, datagrams[0]?.[13]]).toEqual([0, 3]);
    }
    expect(engine.counters(server)).toMatchObject({ helloVerifyRequests: 4, handshakesStarted: 0 });
  });

  it("knows the secret before the present one, and none that is older", () => {
    const { server, hello } = hellos("10.0.0.1:1");
    const [first, second] = [hello(), hello()];
    engine.rotate(server);
    expect(listen(server, "10.0.0.1:1", first.withCookie).flags).toBe(Flag.accepted);
    engine.rotate(server);
    expect(listen(server, "10.0.0.1:1", second.withCookie).flags).toBe(0);
  });

  it("drops ClientHellos with a cookie in silence while maxHandshakes are under way", () => {
    const { server, hello } = hellos("10.0.0.1:1", 1);
    const { session } = listen(server, "10.0.0.1:1", hello().withCookie);
    const second = hello();
    expect(listen(server, "10.0.0.1:1", second.withCookie)).toMatchObject({ flags: 0, datagrams: [] });
    expect(engine.counters(server)).toMatchObject({ handshakesStarted: 1, handshakesRefused: 1 });
    engine.free(session);
    expect(listen(server, "10.0.0.1:1", second.withCookie).flags).toBe(Flag.accepted);
    expect(engine.counters(server)).toMatchObject({ handshakesStarted: 2, handshakesAbandoned: 1 });
  });
});

describe("a client that starts again on the same address and port, RFC 6347 §4.2.8", () => {
  it("gets a new session, and the old one lives until that is established", () => {
    const pair = establishedPair();
    const { connect: credentials } = pskOptions();
    const again = connect(pair.clientContext, credentials);
    const [hello = NONE] = again.datagrams;
    expect(feed(pair.server, hello)).toMatchObject({ flags: Flag.clientHello, datagrams: [] });
    const [verifyRequest = NONE] = listen(pair.serverContext, "[::1]:1", hello).datagrams;
    const [withCookie = NONE] = feed(again.session, verifyRequest).datagrams;
    expect(feed(pair.server, withCookie).flags).toBe(Flag.clientHello);
    const accepted = listen(pair.serverContext, "[::1]:1", withCookie);
    expect(accepted.flags).toBe(Flag.accepted);
    expect(accepted.session).not.toBe(pair.server);
    expect(opened(pair.server, sealed(pair.client, "of the old one"))).toEqual(["of the old one"]);

    const [keyExchange = NONE] = feed(again.session, accepted.datagrams[0] ?? NONE).datagrams;
    expect(feed(accepted.session, keyExchange).flags).toBe(Flag.keyNeeded);
    const finished = outputOf(engine.resume(accepted.session, credentials.pskKey));
    expect(finished.flags & Flag.established).toBe(Flag.established);
    engine.free(pair.server);
    feed(again.session, finished.datagrams[0] ?? NONE);
    expect(opened(accepted.session, sealed(again.session, "of the new one"))).toEqual(["of the new one"]);
  });

  it("is not taken for a ClientHello that the network delivers twice", () => {
    const pair = establishedPair();
    const hellosSent = pair.sent.filter(({ to, datagram }) => to === "server" && datagram[13] === 1);
    expect(hellosSent.length).toBe(2);
    for (const { datagram } of hellosSent) expect(feed(pair.server, datagram).flags).toBe(0);
    expect(engine.counters(pair.serverContext).droppedUnexpected).toBe(2);
  });

  it("is told apart during a handshake, too", () => {
    const pair = new Pair({ ...pskOptions(), loses: (_to, index) => index === 3 }).handshake(0);
    const repeated = pair.sent[2]?.datagram ?? NONE;
    const [other = NONE] = connect(pair.clientContext, pskOptions().connect).datagrams;
    expect(feed(pair.server, repeated).flags).toBe(0);
    expect(feed(pair.server, other).flags).toBe(Flag.clientHello);
    pair.run(600_000);
    expect(pair.isEstablished).toBe(true);
  });
});
