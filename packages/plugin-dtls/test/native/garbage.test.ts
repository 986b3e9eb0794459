import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { certificateOptions, establishedPair, pskOptions } from "../native-support/credentials.js";
import { createContext, destroyContexts, engine, feed, listen, opened, sealed } from "../native-support/harness.js";
import { Pair, type Side } from "../native-support/pair.js";
import { randomBytes, seededRandom } from "../native-support/seeded-random.js";

afterEach(destroyContexts);

const COUNT = 5000;

/** Bytes that are no datagram of ours, most of them with the head of one. */
function garbage(random: () => number): Uint8Array {
  const bytes = randomBytes(random, Math.floor(random() * 300));
  if (random() < 0.2 || bytes.length < 13) return bytes;
  const length = random() < 0.5 ? bytes.length - 13 : Math.floor(random() * 400);
  const type = 19 + Math.floor(random() * 7);
  bytes.set([type, 0xfe, random() < 0.8 ? 0xfd : 0xff, 0, Math.floor(random() * 2)]);
  bytes.set([length >> 8, length & 0xff], 11);
  return bytes;
}

/** A datagram of a real handshake with a few bytes changed. */
function mutated(random: () => number, datagram: Uint8Array): Uint8Array {
  const bytes = datagram.slice(0, random() < 0.8 ? datagram.length : Math.ceil(random() * datagram.length));
  for (let i = 0; i < 4; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

describe("5,000 datagrams of garbage", () => {
  it("start no session", () => {
    const random = seededRandom(1);
    const context = createContext(pskOptions().server);
    for (let i = 0; i < COUNT; i++) expect(listen(context, "[::1]:9", garbage(random)).flags).toBe(0);
    expect(engine.counters(context).handshakesStarted).toBe(0);
  });

  it("do not disturb an established session", () => {
    const random = seededRandom(2);
    const { client, server } = establishedPair();
    const allowed = Flag.clientHello;
    for (let i = 0; i < COUNT; i++) expect(feed(server, garbage(random)).flags & ~allowed).toBe(0);
    expect(opened(server, sealed(client, "up"))).toEqual(["up"]);
  });

  it("do not disturb a session with connection IDs", () => {
    const random = seededRandom(3);
    const { client, server, serverContext } = establishedPair(pskOptions(undefined, {}));
    for (let i = 0; i < COUNT; i++) {
      const bytes = garbage(random);
      engine.findByConnectionId(serverContext, bytes, 0, bytes.length);
      expect(feed(server, bytes).plaintexts).toEqual([]);
    }
    expect(opened(server, sealed(client, "up"))).toEqual(["up"]);
  });
});

describe.each([
  ["PSK", () => pskOptions(undefined, {})],
  ["certificates", () => certificateOptions(undefined, {})],
] as const)("handshakes with %s", (_, options) => {
  it("whose datagrams are altered end, or go on, but never give data to anyone", () => {
    const random = seededRandom(4);
    for (let round = 0; round < 40; round++) {
      const pair: Pair = new Pair({
        ...options(),
        loses: (to, _index, datagram) => {
          if (random() < 0.5 && isUnderWay(pair, to)) pair.deliver(to, mutated(random, datagram));
          return false;
        },
      });
      pair.handshake(2000);
      expect(pair.outputs.server.some(({ plaintexts }) => plaintexts.length > 0)).toBe(false);
      expect(pair.outputs.client.some(({ plaintexts }) => plaintexts.length > 0)).toBe(false);
      destroyContexts();
    }
  });
});

function isUnderWay(pair: Pair, to: Side): boolean {
  return to === "server" || pair.client !== 0;
}
