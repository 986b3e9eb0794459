import { createCipheriv } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { EndReason, Flag } from "../../src/native/scratch-layout.js";
import { destroyContexts, engine, feed, opened, sealed } from "../native-support/harness.js";
import { referenceOpen, referenceSeal } from "../native-support/reference-records.js";
import { ContentType, EPOCH_1, type KnownSession, knownSession } from "./known-session.js";

afterEach(destroyContexts);

const GCM = "TLS_PSK_WITH_AES_128_GCM_SHA256";
const DTLS_1_2 = [0xfe, 0xfd];
const DTLS_1_0 = [0xfe, 0xff];
const MAX_INNER = 16_384;
const NOTHING = new Uint8Array();

const droppedForged = ({ pair }: KnownSession) => engine.counters(pair.serverContext).droppedForged;
const ownCid = ({ pair }: KnownSession) => Buffer.from(engine.info(pair.server).connectionId ?? NOTHING);

/** Additional data, field by field and in order. RFC 9146 §5.3. */
function fields(cid: Buffer, innerLength: number, version = DTLS_1_2): [name: string, bytes: Buffer][] {
  return [
    ["seq_num_placeholder", Buffer.from("ffffffffffffffff", "hex")],
    ["tls12_cid", Buffer.from([25])],
    ["cid_length", Buffer.from([cid.length])],
    ["tls12_cid again", Buffer.from([25])],
    ["version", Buffer.from(version)],
    ["epoch", Buffer.from([0, 1])],
    ["sequence_number", Buffer.from([0, 0, 0, 0, 0, 5])],
    ["cid", cid],
    ["length_of_DTLSInnerPlaintext", Buffer.from([innerLength >> 8, innerLength & 0xff])],
  ];
}

/** A record of GCM, number 5, with this additional data. */
function recordWith(session: KnownSession, inner: Buffer, additional: Buffer, version = DTLS_1_2): Buffer {
  const { key, iv } = session.keys.client;
  const explicit = Buffer.from([0, 1, 0, 0, 0, 0, 0, 5]);
  const cipher = createCipheriv("aes-128-gcm", key, Buffer.concat([iv, explicit])).setAAD(additional);
  const fragment = Buffer.concat([explicit, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.from([fragment.length >> 8, fragment.length & 0xff]);
  const head = Buffer.from([25, ...version, 0, 1, 0, 0, 0, 0, 0, 5]);
  return Buffer.concat([head, ownCid(session), length, fragment]);
}

describe("additional data of records with connection ID", () => {
  const inner = Buffer.from("on\x17\0\0");

  it.each([6, 8, 16])("are the nine fields, for a connection ID of %i bytes", (lengthBytes) => {
    const session = knownSession(GCM, { lengthBytes });
    const additional = Buffer.concat(fields(ownCid(session), inner.length).map(([, bytes]) => bytes));
    expect(additional.length).toBe(23 + lengthBytes);
    expect(opened(session.pair.server, recordWith(session, inner, additional))).toEqual(["on"]);
  });

  it.each(fields(Buffer.alloc(8), 0).map(([name]) => name))("bind %s, bit by bit", (name) => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    let tried = 0;
    for (const [other, bytes] of fields(ownCid(session), inner.length)) {
      for (let bit = 0; other === name && bit < 8 * bytes.length; bit++, tried++) {
        const altered = fields(ownCid(session), inner.length).map(([field, original]) => {
          if (field === name) original[bit >> 3] = (original[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return original;
        });
        feed(session.pair.server, recordWith(session, inner, Buffer.concat(altered)));
      }
    }
    expect(tried).toBeGreaterThanOrEqual(8);
    expect(droppedForged(session)).toBe(tried);
  });

  it("do not help a record of another version than the negotiated one: RFC 6347 §4.1", () => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    const additional = Buffer.concat(fields(ownCid(session), inner.length, DTLS_1_0).map(([, bytes]) => bytes));
    expect(feed(session.pair.server, recordWith(session, inner, additional, DTLS_1_0)).flags).toBe(0);
    expect(droppedForged(session)).toBe(1);
  });

  it("are not those of RFC 6347, nor the reverse", () => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    const plainAdditional = Buffer.from([0, 1, 0, 0, 0, 0, 0, 5, 25, 0xfe, 0xfd, 0, inner.length]);
    expect(feed(session.pair.server, recordWith(session, inner, plainAdditional)).flags).toBe(0);
    const number = EPOCH_1 | 5n;
    const ofOldFormat = referenceSeal(session.keys.client, { type: 23, number, cid: NOTHING }, Buffer.from("old"));
    expect(feed(session.pair.server, ofOldFormat).flags).toBe(0);
    expect(engine.counters(session.pair.serverContext)).toMatchObject({ droppedForged: 1, droppedConnectionId: 1 });
  });
});

describe("DTLSInnerPlaintext, RFC 9146 §4", () => {
  it.each([
    ["no padding", "text", 0],
    ["one zero", "text", 1],
    ["zeros up to the limit", "text", MAX_INNER - 5],
    ["content that ends with zeros", "text\0\0\0", 3],
    ["no content", "", 0],
    ["no content, and zeros", "", 100],
    ["content that looks like types", "\x15\x16\x17", 2],
  ])("may have %s", (_what, content, padding) => {
    const { pair, toServer } = knownSession(GCM, { lengthBytes: 8 });
    expect(opened(pair.server, toServer(5, content, { padding }))).toEqual([content]);
  });

  it.each([1, 2, 16, MAX_INNER])("is no record where it is %i zeros", (length) => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    const additional = Buffer.concat(fields(ownCid(session), length).map(([, bytes]) => bytes));
    expect(feed(session.pair.server, recordWith(session, Buffer.alloc(length), additional)).flags).toBe(0);
    expect(droppedForged(session)).toBe(1);
  });

  it("has at most 2^14 bytes, type and padding included: RFC 9146 §5", () => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    const { pair, toServer } = session;
    expect(feed(pair.server, toServer(5, Buffer.alloc(MAX_INNER - 1, 1))).plaintexts[0]?.length).toBe(MAX_INNER - 1);
    expect(feed(pair.server, toServer(6, Buffer.alloc(MAX_INNER, 1))).flags).toBe(0);
    expect(feed(pair.server, toServer(6, "text", { padding: MAX_INNER - 4 })).flags).toBe(0);
    expect(droppedForged(session)).toBe(2);
  });

  it("says what the record is: an alert in it is an alert", () => {
    const { pair, toServer } = knownSession(GCM, { lengthBytes: 8 });
    const fatal = toServer(5, Buffer.from([2, 47]), { type: ContentType.alert, padding: 7 });
    expect(feed(pair.server, fatal)).toMatchObject({ endReason: EndReason.alertReceived, alert: 47 });
  });

  it("is sent without padding, and the header has the peer's connection ID", () => {
    const session = knownSession(GCM, { lengthBytes: 8 });
    const datagram = sealed(session.pair.client, "up");
    expect(Buffer.from(datagram.subarray(0, 3))).toEqual(Buffer.from([25, 0xfe, 0xfd]));
    expect(Buffer.from(datagram.subarray(11, 19))).toEqual(ownCid(session));
    expect(datagram.length).toBe(13 + 8 + 8 + "up\x17".length + 16);
    expect(referenceOpen(session.keys.client, datagram, 8).toString()).toBe("up\x17");
  });
});

describe("records of type tls12_cid", () => {
  it("are none in epoch 0, nor where no connection ID was negotiated", () => {
    const withCid = knownSession(GCM, { lengthBytes: 8 });
    expect(feed(withCid.pair.server, withCid.toServer(5, "x", { epoch: 0 })).flags).toBe(0);
    const without = knownSession(GCM);
    const inner = Buffer.from("x\x17");
    const head = { type: 25, number: EPOCH_1 | 5n, cid: NOTHING };
    expect(feed(without.pair.server, referenceSeal(without.keys.client, head, inner)).flags).toBe(0);
    expect(engine.counters(without.pair.serverContext).droppedConnectionId).toBe(1);
  });

  it("say newest for what is newer than all before, of any record of a datagram: RFC 9146 §6", () => {
    const { pair, toServer } = knownSession(GCM, { lengthBytes: 8 });
    expect(feed(pair.server, toServer(9, "a")).flags).toBe(Flag.authenticated | Flag.newest);
    expect(feed(pair.server, toServer(8, "b")).flags).toBe(Flag.authenticated);
    expect(feed(pair.server, Buffer.concat([toServer(7, "c"), toServer(10, "d")])).flags).toBe(
      Flag.authenticated | Flag.newest,
    );
    const padded = toServer(2n ** 40n, "e");
    padded[30] = (padded[30] ?? 0) ^ 1;
    expect(feed(pair.server, Buffer.concat([padded, toServer(6, "f")])).flags).toBe(Flag.authenticated);
  });
});
