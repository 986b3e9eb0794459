import { createPrivateKey } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, feed, opened, SCRATCH } from "../native-support/harness.js";
import { knownSession } from "./known-session.js";

afterEach(destroyContexts);

const SECRET = "valve 4711 opens at noon";

/** What OpenSSL says of a key that is none: after errors that were left in its queue, it says those. */
function complaint(): string {
  try {
    createPrivateKey("no key");
  } catch (error) {
    const { message, code, opensslErrorStack } = error as Error & { code?: string; opensslErrorStack?: string[] };
    return JSON.stringify({ message, code, opensslErrorStack });
  }
  throw new Error("It is a key.");
}

describe.each(SUITES)("a record that fails authentication, %s", (suite) => {
  it.each([
    ["tag", (record: Buffer) => record.length - 1],
    ["sequence number", () => 10],
  ])("leaves no plaintext in memory: its %s is wrong", (_what, offsetOf) => {
    const { pair, toServer } = knownSession(suite);
    const record = toServer(9, SECRET);
    const offset = offsetOf(record);
    record[offset] = (record[offset] ?? 0) ^ 1;
    SCRATCH.fill(0);
    expect(feed(pair.server, record)).toMatchObject({ flags: 0, plaintexts: [] });
    const left = Buffer.from(SCRATCH);
    for (let at = 0; at + 4 <= SECRET.length; at++) expect(left.includes(SECRET.slice(at, at + 4))).toBe(false);
  });

  it("leaves no error to others, and nothing in the cipher context", () => {
    const { pair, toServer } = knownSession(suite);
    const before = complaint();
    for (let length = 0; length <= SECRET.length; length++) {
      const record = toServer(length + 1, SECRET.slice(0, length));
      record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
      feed(pair.server, record);
      expect(complaint()).toBe(before);
      expect(opened(pair.server, toServer(length + 1, SECRET.slice(0, length)))).toEqual([SECRET.slice(0, length)]);
    }
    expect(engine.info(pair.server).authenticationFailures).toBe(SECRET.length + 1);
  });
});
