import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { establishedPair, optionsFor, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, sealed } from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";
import { randomBytes, seededRandom } from "../native-support/seeded-random.js";

afterEach(destroyContexts);

const CONTENT_TYPES = [20, 21, 22, 23];
const LONGEST = 70;

/** A record that nobody with a key has made. */
function forged(type: number, epoch: number, fragment: Uint8Array, cid: Uint8Array = new Uint8Array()): Uint8Array {
  const sequence = [0, 0, 0, 0, 1, 0];
  const length = [fragment.length >> 8, fragment.length & 0xff];
  return Uint8Array.from([type, 0xfe, 0xfd, epoch >> 8, epoch & 0xff, ...sequence, ...cid, ...length, ...fragment]);
}

/** Forged records of each type, from no byte to the longest. */
function forgedRecords(cid?: Uint8Array): Uint8Array[] {
  const random = seededRandom(4711);
  const types = cid === undefined ? CONTENT_TYPES : [25];
  const lengths = Array.from({ length: LONGEST + 1 }, (_, length) => length);
  return types.flatMap((type) => lengths.map((length) => forged(type, 1, randomBytes(random, length), cid)));
}

describe.each(SUITES)("forged records, %s", (suite) => {
  it("leave an established session as it is", () => {
    const { client, server, serverContext } = establishedPair(optionsFor(suite));
    const records = forgedRecords();
    for (const record of records)
      expect(feed(server, record)).toMatchObject({ flags: 0, datagrams: [], plaintexts: [] });
    const { droppedShort, droppedForged } = engine.counters(serverContext);
    expect(droppedShort + droppedForged).toBe(records.length);
    expect(droppedShort).toBeGreaterThanOrEqual(CONTENT_TYPES.length * 16);
    expect(engine.info(server).authenticationFailures).toBe(records.length);
    expect(opened(server, sealed(client, "still here"))).toEqual(["still here"]);
  });

  it("leave a session with connection IDs as it is", () => {
    const { client, server } = establishedPair(optionsFor(suite, {}));
    const { connectionId } = engine.info(server);
    for (const record of [...forgedRecords(connectionId), ...forgedRecords()])
      expect(feed(server, record).flags).toBe(0);
    expect(opened(server, sealed(client, "still here"))).toEqual(["still here"]);
  });

  it("leave a handshake as it is, before each of its datagrams", () => {
    const records = forgedRecords();
    const sides: number[] = [];
    const pair = new Pair({
      ...optionsFor(suite),
      loses: (to) => {
        const session = to === "client" ? pair.client : pair.server;
        if (session !== 0) for (const record of records) sides.push(feed(session, record).flags);
        return false;
      },
    });
    pair.handshake();
    expect(pair.isEstablished).toBe(true);
    expect(pair.nowMs).toBe(0);
    expect(sides.length).toBeGreaterThanOrEqual(4 * records.length);
    expect(sides.every((flags) => flags === 0)).toBe(true);
  });
});

describe("altered records", () => {
  it("are dropped, whichever bit it is", () => {
    const { client, server } = establishedPair();
    const datagram = sealed(client, "valve open");
    for (let bit = 0; bit < 8 * datagram.length; bit++) {
      const altered = datagram.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(feed(server, altered).plaintexts).toEqual([]);
    }
    expect(opened(server, datagram)).toEqual(["valve open"]);
  });

  it("are dropped where they are cut short or of an epoch that does not exist", () => {
    const { client, server, serverContext } = establishedPair();
    const datagram = sealed(client, "x");
    for (let length = 1; length < datagram.length; length++) feed(server, datagram.subarray(0, length));
    expect(engine.counters(serverContext).droppedMalformed).toBe(datagram.length - 1);
    const ofEpoch2 = datagram.slice();
    ofEpoch2[4] = 2;
    expect(feed(server, ofEpoch2).flags).toBe(0);
    expect(feed(server, forged(23, 0, Buffer.from("plain"))).plaintexts).toEqual([]);
    expect(engine.counters(serverContext).droppedUnexpected).toBe(2);
    expect(opened(server, datagram)).toEqual(["x"]);
  });
});

describe("replayed records", () => {
  it("are dropped and counted", () => {
    const { client, server, serverContext } = establishedPair();
    const datagram = sealed(client, "once");
    expect(opened(server, datagram)).toEqual(["once"]);
    for (let i = 0; i < 10; i++) expect(feed(server, datagram).flags).toBe(0);
    expect(engine.counters(serverContext).droppedReplayed).toBe(10);
  });

  it("may come in any order within 64, each once, and are dropped past that", () => {
    const { client, server } = establishedPair();
    const datagrams = Array.from({ length: 66 }, (_, i) => sealed(client, `${i}`));
    const received = datagrams.toReversed().flatMap((datagram) => opened(server, datagram));
    expect(received).toEqual(Array.from({ length: 64 }, (_, i) => `${65 - i}`));
    expect(datagrams.flatMap((datagram) => opened(server, datagram))).toEqual([]);
  });

  it("are taken after a gap of any length", () => {
    const { client, server } = establishedPair();
    for (let i = 0; i < 500; i++) sealed(client, "lost");
    expect(opened(server, sealed(client, "there"))).toEqual(["there"]);
  });

  it("that are old but new to us do not count as the newest", () => {
    const { client, server } = establishedPair();
    const [old, young] = [sealed(client, "old"), sealed(client, "young")];
    expect(feed(server, young).flags).toBe(Flag.authenticated | Flag.newest);
    expect(feed(server, old).flags).toBe(Flag.authenticated);
  });

  it("do not stop the rest of a datagram", () => {
    const { client, server } = establishedPair();
    const [first, second] = [sealed(client, "first"), sealed(client, "second")];
    expect(opened(server, first)).toEqual(["first"]);
    expect(opened(server, Buffer.concat([first, second]))).toEqual(["second"]);
  });
});
