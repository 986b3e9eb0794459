import { afterEach, describe, expect, it } from "vitest";
import type { ConnectionIdOptions } from "../../src/native/context-options.js";
import { pskOptions, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, outputOf, sealed, write } from "../native-support/harness.js";
import { Pair } from "../native-support/pair.js";
import { ContentType, knownSession, recordsOf, recordsTo } from "./known-session.js";

afterEach(destroyContexts);

const LAST = 2n ** 48n - 1n;
const CID_BYTES = 8;

/** Everything that one side sends protected, in order: its Finished more than once, data, and close_notify. */
function protectedRecords(suite: (typeof SUITES)[number][0], connectionId: ConnectionIdOptions | undefined) {
  let dropped = 0;
  const isLastFlight = (bytes: Uint8Array) => bytes[0] === ContentType.changeCipherSpec;
  const { pair } = knownSession(suite, connectionId, (to, _index, datagram) => {
    return to === "client" && isLastFlight(datagram) && dropped++ < 3;
  });
  expect(dropped).toBeGreaterThan(3);
  const empty = write(pair.server, new Uint8Array()).datagrams;
  const said = ["a", "b"].map((text) => sealed(pair.server, text));
  const closed = outputOf(engine.close(pair.server)).datagrams;
  const cidLength = connectionId === undefined ? 0 : CID_BYTES;
  const records = [...recordsTo(pair, "client", cidLength), ...recordsOf([...empty, ...said, ...closed], cidLength)];
  return records.filter(({ epoch }) => epoch > 0);
}

describe.each(SUITES)("numbers of protected records, %s", (suite) => {
  it.each([undefined, { lengthBytes: CID_BYTES }])(
    "count up by one from 0, also where Finished is sent again (connection ID: %o)",
    (connectionId) => {
      const records = protectedRecords(suite, connectionId);
      expect(records.length).toBeGreaterThanOrEqual(8);
      expect(records.map(({ epoch, sequence }) => [epoch, sequence])).toEqual(
        records.map((_, index) => [1, BigInt(index)]),
      );
    },
  );
});

describe.each(SUITES.filter(([suite]) => !suite.includes("CHACHA20")))("numbers of protected records, %s", (suite) => {
  it("are the explicit part of the nonce: RFC 5288 §3, RFC 6655 §3", () => {
    for (const { epoch, sequence, fragment } of protectedRecords(suite, undefined)) {
      expect(fragment.readBigUInt64BE()).toBe((BigInt(epoch) << 48n) | sequence);
    }
  });
});

/**
 * A pair whose client's plain records have numbers from this one on, beginning with the ClientHello that has the cookie. The
 * server's begin with the same number: RFC 6347 §4.2.1.
 */
function pairFrom(first: bigint): Pair {
  let next = first;
  const loses = (to: string, index: number, datagram: Uint8Array) => {
    if (to !== "server" || index < 2) return false;
    for (const { epoch, whole } of recordsOf([datagram])) {
      if (epoch === 0 && next <= LAST) whole.writeUIntBE(Number(next++), 5, 6);
    }
    return false;
  };
  return new Pair({ ...pskOptions(), loses }).handshake(5_000);
}

const plainNumbers = (pair: Pair) => {
  const [, ...flights] = recordsTo(pair, "client").filter(({ epoch }) => epoch === 0);
  return flights.map(({ sequence }) => sequence);
};

describe("numbers of plain records", () => {
  it("begin with that of the ClientHello", () => {
    expect(plainNumbers(pairFrom(4_711n))).toEqual([4_711n, 4_712n, 4_713n]);
  });

  it("end with 2^48 - 1 and never begin again: nothing more is sent", () => {
    const pair = pairFrom(LAST);
    expect([pair.isEstablished, plainNumbers(pair)]).toEqual([false, []]);
    expect(outputOf(engine.timeout(pair.server))).toMatchObject({ datagrams: [], flags: 0 });
    expect(outputOf(engine.close(pair.server)).datagrams).toEqual([]);
  });

  it("may all be used without an effect on those of protected records", () => {
    const pair = pairFrom(LAST - 2n);
    expect(plainNumbers(pair)).toEqual([LAST - 2n, LAST - 1n, LAST]);
    expect(pair.isEstablished).toBe(true);
    const finished = pair.sent.findLast(({ to }) => to === "server")?.datagram ?? new Uint8Array();
    expect(feed(pair.server, finished)).toMatchObject({ flags: 0, datagrams: [] });
    expect(opened(pair.client, sealed(pair.server, "still here"))).toEqual(["still here"]);
  });
});
