import { afterEach, describe, expect, it } from "vitest";
import { Flag } from "../../src/native/scratch-layout.js";
import { SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, write } from "../native-support/harness.js";
import { referenceOpen } from "../native-support/reference-records.js";
import { ContentType, type KnownSession, knownSession } from "./known-session.js";

afterEach(destroyContexts);

const NOTHING = new Uint8Array();
const MAX_PLAINTEXT = 16_384;

/** A record of epoch 0, as anybody can make it. */
function plainRecord(type: number, fragment: Uint8Array, sequence = 99): Buffer {
  const header = Buffer.from([type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 0]);
  header.writeUInt16BE(fragment.length, 11);
  return Buffer.concat([header, fragment]);
}

/** A copy in which some bytes are others. */
function changed(record: Buffer, offset: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(record);
  copy.set(bytes, offset);
  return copy;
}

const dropped = ({ pair }: KnownSession) => {
  const counters = engine.counters(pair.serverContext);
  return Object.fromEntries(
    Object.entries(counters).filter(([name, count]) => name.startsWith("dropped") && count > 0),
  );
};

describe.each(SUITES)("plaintexts of %s", (suite) => {
  it.each([undefined, { lengthBytes: 8 }])("may be empty, in both directions (connection ID: %o)", (connectionId) => {
    const { pair, keys, toServer } = knownSession(suite, connectionId);
    expect(opened(pair.server, toServer(5, ""))).toEqual([""]);
    const [datagram = NOTHING] = write(pair.server, NOTHING).datagrams;
    const inner = connectionId === undefined ? "" : "\x17";
    expect(referenceOpen(keys.server, datagram, connectionId === undefined ? 0 : 8).toString()).toBe(inner);
    expect(feed(pair.client, datagram).plaintexts).toEqual([NOTHING]);
  });

  it.each([1, 15, 16, 17, 255, 256, 1_232, MAX_PLAINTEXT])("may have %i bytes, in both directions", (length) => {
    const { pair, keys, toServer } = knownSession(suite);
    const content = Buffer.alloc(length, "0123456789abcdef-");
    expect(Buffer.from(feed(pair.server, toServer(5, content)).plaintexts[0] ?? []).equals(content)).toBe(true);
    const [datagram = NOTHING] = write(pair.server, content).datagrams;
    expect(referenceOpen(keys.server, datagram, 0).equals(content)).toBe(true);
  });

  it("have at most 2^14 bytes: RFC 6347 §4.1", () => {
    const session = knownSession(suite);
    const longer = session.toServer(5, Buffer.alloc(MAX_PLAINTEXT + 1));
    expect(feed(session.pair.server, longer)).toMatchObject({ flags: 0, plaintexts: [] });
    expect(() => write(session.pair.server, Buffer.alloc(MAX_PLAINTEXT + 1))).toThrow(RangeError);
    expect(dropped(session)).toEqual({ droppedForged: 1 });
  });
});

describe("a datagram", () => {
  it("may have several records, each of which is taken or dropped by itself", () => {
    const session = knownSession();
    const { pair, toServer } = session;
    const [one, two, three] = [toServer(1, "one"), toServer(2, "two"), toServer(3, "three")];
    const forged = changed(toServer(4, "four"), 30, 0);
    const plain = plainRecord(ContentType.applicationData, Buffer.from("in the clear"));
    const datagram = Buffer.concat([two, forged, one, plain, two, three]);
    expect(opened(pair.server, datagram)).toEqual(["two", "one", "three"]);
    expect(dropped(session)).toEqual({ droppedForged: 1, droppedReplayed: 1, droppedUnexpected: 1 });
  });

  it.each([1, 12, 13, 200])("may end with %i bytes of garbage, which take nothing from what came before", (length) => {
    const session = knownSession();
    const datagram = Buffer.concat([session.toServer(1, "one"), Buffer.alloc(length, 0xff)]);
    expect(opened(session.pair.server, datagram)).toEqual(["one"]);
    expect(dropped(session)).toEqual({ droppedMalformed: 1 });
  });

  it("is not read past its end, whatever lengths its records claim", () => {
    const session = knownSession();
    const record = session.toServer(1, "one");
    const claims = [0, 1, 15, record.length - 14, record.length - 12, 0x7fff, 0xffff];
    for (const claim of claims) {
      const lying = changed(record, 11, claim >> 8, claim & 0xff);
      expect(feed(session.pair.server, lying).plaintexts, `${claim}`).toEqual([]);
    }
    expect(opened(session.pair.server, record)).toEqual(["one"]);
  });

  it("may be a part of a buffer, and is read there alone", () => {
    const { pair, toServer } = knownSession();
    const [one, two] = [toServer(1, "one"), toServer(2, "two")];
    const buffer = Buffer.concat([two, one, two]);
    const output = engine.feed(pair.server, buffer, two.length, two.length + one.length);
    expect(output).toBeGreaterThan(0);
    expect(opened(pair.server, one)).toEqual([]);
    expect(opened(pair.server, two)).toEqual(["two"]);
  });
});

describe("an established session", () => {
  it.each([0, 2, 3, 256, 0xffff])("has no use for epoch %i, however well its records are sealed", (epoch) => {
    const session = knownSession();
    expect(feed(session.pair.server, session.toServer(7, "x", { epoch }))).toMatchObject({ flags: 0, datagrams: [] });
    expect(dropped(session)).toEqual({ droppedUnexpected: 1 });
  });

  it.each([
    [0xfe, 0xff],
    [0xfe, 0xfc],
    [3, 3],
    [0xff, 0xfd],
  ])("takes version %i %i for neither its own nor its peer's", (major, minor) => {
    const { pair, toServer } = knownSession();
    expect(feed(pair.server, changed(toServer(1, "x"), 1, major, minor))).toMatchObject({ flags: 0, plaintexts: [] });
    expect(opened(pair.server, toServer(1, "x"))).toEqual(["x"]);
  });

  it.each([0, 19, ContentType.changeCipherSpec, 24, 26, 255])("drops authentic records of type %i", (type) => {
    const session = knownSession();
    const received = feed(session.pair.server, session.toServer(1, "x", { type }));
    expect(received).toMatchObject({ flags: Flag.authenticated | Flag.newest, plaintexts: [], datagrams: [] });
    expect(dropped(session)).toEqual({ droppedUnexpected: 1 });
  });

  it("keeps each field of the header as it was sealed: RFC 5246 §6.2.3.3", () => {
    const { pair, toServer } = knownSession();
    const record = toServer(1, "x");
    for (let offset = 0; offset < 13; offset++) {
      const altered = changed(record, offset, (record[offset] ?? 0) ^ 1);
      expect(feed(pair.server, altered).plaintexts, `byte ${offset}`).toEqual([]);
    }
    expect(opened(pair.server, record)).toEqual(["x"]);
  });

  it("answers no attempt at another handshake in epoch 1", () => {
    const session = knownSession();
    const message = (type: number) => Buffer.from([type, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0]);
    for (const [index, type] of [0, 1, 2, 11, 14, 16].entries()) {
      const record = session.toServer(index + 1, message(type), { type: ContentType.handshake });
      expect(feed(session.pair.server, record)).toMatchObject({ datagrams: [], plaintexts: [] });
    }
    expect(engine.info(session.pair.server).stage).toBe("established");
    expect(dropped(session)).toEqual({ droppedUnexpected: 6 });
  });
});
