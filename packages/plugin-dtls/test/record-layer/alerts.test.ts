import { afterEach, describe, expect, it } from "vitest";
import { EndReason, Flag } from "../../src/native/scratch-layout.js";
import { destroyContexts, engine, feed, opened } from "../native-support/harness.js";
import { ContentType, knownSession } from "./known-session.js";

afterEach(destroyContexts);

const { alert } = ContentType;
const CLOSE_NOTIFY = Buffer.from([1, 0]);
const FATAL = Buffer.from([2, 40]);
const FORMATS = [undefined, { lengthBytes: 8 }];
const NOTHING = new Uint8Array();

describe.each(FORMATS)("alerts, RFC 5246 §7.2 (connection ID: %o)", (connectionId) => {
  it("in the clear end nothing", () => {
    const { pair } = knownSession(undefined, connectionId);
    for (const content of [CLOSE_NOTIFY, FATAL]) {
      const plain = Buffer.concat([Buffer.from([alert, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 50, 0, 2]), content]);
      expect(feed(pair.server, plain)).toMatchObject({ flags: 0, datagrams: [] });
      expect(feed(pair.client, plain)).toMatchObject({ flags: 0, datagrams: [] });
    }
    expect([engine.info(pair.server).stage, engine.info(pair.client).stage]).toEqual(["established", "established"]);
  });

  it("that are forged or seen before end nothing", () => {
    const { pair, toServer } = knownSession(undefined, connectionId);
    const warning = toServer(1, Buffer.from([1, 90]), { type: alert });
    expect(feed(pair.server, warning).flags).toBe(Flag.authenticated | Flag.newest);
    expect(feed(pair.server, warning).flags).toBe(0);
    for (const content of [CLOSE_NOTIFY, FATAL]) {
      const forged = toServer(2, content, { type: alert });
      forged[forged.length - 9] = (forged.at(-9) ?? 0) ^ 1;
      expect(feed(pair.server, forged).flags).toBe(0);
    }
    expect(opened(pair.server, toServer(2, "still here"))).toEqual(["still here"]);
  });

  it.each([[[]], [[1]], [[2]], [[2, 40, 0]], [[1, 0, 2, 40]]])("of another size than 2 are dropped: %j", (bytes) => {
    const { pair, toServer } = knownSession(undefined, connectionId);
    feed(pair.server, toServer(1, Buffer.from(bytes), { type: alert }));
    expect(engine.counters(pair.serverContext).droppedUnexpected).toBe(1);
    expect(opened(pair.server, toServer(2, "still here"))).toEqual(["still here"]);
  });

  it("that are authentic and fatal end the session at once, and what follows is not read", () => {
    const { pair, toServer } = knownSession(undefined, connectionId);
    const datagram = Buffer.concat([toServer(1, "a"), toServer(2, FATAL, { type: alert }), toServer(3, "b")]);
    const received = feed(pair.server, datagram);
    expect(received).toMatchObject({ endReason: EndReason.alertReceived, alert: 40, datagrams: [] });
    expect(received.plaintexts.map((bytes) => Buffer.from(bytes).toString())).toEqual(["a"]);
    expect(feed(pair.server, toServer(4, "c"))).toMatchObject({ flags: 0, plaintexts: [] });
  });

  it("that say close_notify are answered with one, protected, and end the session", () => {
    const { pair, toServer } = knownSession(undefined, connectionId);
    const received = feed(pair.server, toServer(1, CLOSE_NOTIFY, { type: alert }));
    expect(received).toMatchObject({ endReason: EndReason.closedByPeer, alert: 0 });
    expect(received.datagrams.map((datagram) => Buffer.from(datagram).readUInt16BE(3))).toEqual([1]);
    expect(feed(pair.client, received.datagrams[0] ?? NOTHING).endReason).toBe(EndReason.closedByPeer);
  });
});
