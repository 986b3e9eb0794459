import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, outputOf, sealed } from "../native-support/harness.js";
import { ContentType, type KnownSession, knownSession, recordsOf } from "./known-session.js";

afterEach(destroyContexts);

const FINISHED = Buffer.from([20, 0, 0, 12, 0, 3, 0, 0, 0, 0, 0, 12, ...new Uint8Array(12)]);
const handshake = { type: ContentType.handshake };
const NOTHING = new Uint8Array();

/** What the server sends for a record: type, epoch and number of each record. */
function answers({ pair }: KnownSession, record: Uint8Array, cidLength = 0): [number, number, bigint][] {
  const { datagrams } = feed(pair.server, record);
  return recordsOf(datagrams, cidLength).map(({ type, epoch, sequence }) => [type, epoch, sequence]);
}

describe.each(SUITES)("the server's last flight, %s", (suite) => {
  it("is sent again, under new numbers, for each Finished that is authentic and new", () => {
    const session = knownSession(suite);
    const { toServer, pair } = session;
    const first = answers(session, toServer(1, FINISHED, handshake));
    const second = answers(session, toServer(2, FINISHED, handshake));
    const shapes = [first, second].map((flight) => flight.map(([type, epoch]) => [type, epoch]));
    expect(shapes[0]).toEqual([
      [20, 0],
      [22, 1],
    ]);
    expect(shapes[1]).toEqual(shapes[0]);
    expect([first, second].map((flight) => flight[1]?.[2])).toEqual([1n, 2n]);
    expect(Number(second[0]?.[2])).toBe(Number(first[0]?.[2]) + 1);
    expect(opened(pair.client, sealed(pair.server, "all the same"))).toEqual(["all the same"]);
  });

  it("is not sent for what is forged, seen before, in the clear, or something else", () => {
    const session = knownSession(suite);
    const { toServer } = session;
    const finished = toServer(1, FINISHED, handshake);
    expect(answers(session, finished).length).toBe(2);
    const forged = toServer(2, FINISHED, handshake);
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    const inTheClear = Buffer.concat([Buffer.from([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 90, 0, 24]), FINISHED]);
    const others = [toServer(3, NOTHING, handshake), toServer(4, Buffer.from([16, ...new Uint8Array(11)]), handshake)];
    for (const record of [finished, forged, inTheClear, ...others]) expect(answers(session, record)).toEqual([]);
  });

  it("is forgotten with the first application data of the client, even if that is empty", () => {
    const session = knownSession(suite);
    const { pair, toServer } = session;
    feed(pair.server, toServer(1, ""));
    expect(answers(session, toServer(2, FINISHED, handshake))).toEqual([]);
    expect(engine.counters(pair.serverContext).droppedUnexpected).toBe(1);
  });

  it("is kept for what only looks like application data", () => {
    const session = knownSession(suite);
    const forged = session.toServer(1, "x");
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(feed(session.pair.server, forged).flags).toBe(0);
    expect(answers(session, session.toServer(2, FINISHED, handshake)).length).toBe(2);
  });

  it("has the client's connection ID, too, where it has one", () => {
    const session = knownSession(suite, { lengthBytes: 8 });
    const flight = answers(session, session.toServer(1, FINISHED, handshake), 8);
    expect(flight.map(([type, epoch]) => [type, epoch])).toEqual([
      [20, 0],
      [25, 1],
    ]);
  });
});

describe("the last flight", () => {
  it("is the server's: a client answers Finished with nothing, and has no timer", () => {
    const { pair, toServer } = knownSession();
    const again = feed(pair.server, toServer(1, FINISHED, handshake)).datagrams[0] ?? NOTHING;
    expect(again.length).toBeGreaterThan(0);
    expect(feed(pair.client, again)).toMatchObject({ datagrams: [], plaintexts: [] });
    expect(outputOf(engine.timeout(pair.client))).toMatchObject({ datagrams: [], flags: 0 });
    expect(outputOf(engine.timeout(pair.server))).toMatchObject({ datagrams: [], flags: 0 });
  });

  it("is gone when the session has ended", () => {
    const session = knownSession();
    const { pair, toServer } = session;
    engine.close(pair.server);
    expect(feed(pair.server, toServer(1, FINISHED, handshake)).flags & Flag.authenticated).toBe(0);
  });
});
