import { afterEach, describe, expect, it } from "vitest";
import { EndReason, Flag } from "../../src/native/scratch-layout.js";
import { destroyContexts, engine, feed, opened, sealed } from "../native-support/harness.js";
import { knownSession } from "./known-session.js";

afterEach(destroyContexts);

const LIMIT = 2 ** 23;
const BAD_RECORD_MAC = 20;
const RECORDS_PER_DATAGRAM = 2_048;

describe("forged records, RFC 9147 §4.5.3 and RFC 9325 §4.4", () => {
  it("are dropped up to a limit; then the session ends, as one of them could be taken for authentic", {
    timeout: 300_000,
  }, () => {
    const { pair, toServer } = knownSession();
    const forged = toServer(4_711, "");
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    const datagram = Buffer.concat(Array.from({ length: RECORDS_PER_DATAGRAM }, () => forged));
    for (let count = RECORDS_PER_DATAGRAM; count < LIMIT; count += RECORDS_PER_DATAGRAM) feed(pair.server, datagram);
    feed(pair.server, datagram.subarray(forged.length));
    expect(opened(pair.server, sealed(pair.client, "the one before"))).toEqual(["the one before"]);
    const ended = feed(pair.server, forged);
    expect(ended).toMatchObject({ flags: Flag.failed, endReason: EndReason.alertSent, alert: BAD_RECORD_MAC });
    expect(engine.info(pair.server).stage).toBe("ended");
    expect(feed(pair.client, ended.datagrams[0] ?? forged)).toMatchObject({
      endReason: EndReason.alertReceived,
      alert: BAD_RECORD_MAC,
    });
  });

  it("that are too short to be opened are not counted against it", () => {
    const { pair } = knownSession();
    const short = Buffer.from([23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0]);
    const datagram = Buffer.concat(Array.from({ length: 4_096 }, () => short));
    for (let count = 0; count < LIMIT; count += 4_096) feed(pair.server, datagram);
    expect(engine.info(pair.server).authenticationFailures).toBe(LIMIT);
    expect(opened(pair.server, sealed(pair.client, "still here"))).toEqual(["still here"]);
  });
});
