import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { KEY, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine } from "../native-support/harness.js";
import { prf, type ReferenceKeys, referenceKeys, referenceOpen } from "../native-support/reference-records.js";
import { ContentType, type KnownSession, knownSession, recordsOf, type SentRecord } from "./known-session.js";

afterEach(destroyContexts);

const VERIFY_DATA_BYTES = 12;
const PSK_SUITES = SUITES.filter(([suite]) => suite.startsWith("TLS_PSK_"));
const FORMATS = [undefined, { lengthBytes: 8 }];
const CASES = PSK_SUITES.flatMap(([suite]) => FORMATS.map((connectionId) => [suite, connectionId] as const));

/** A secret that both know, as with plain PSK. RFC 4279 §2. */
function premasterSecret(key: Uint8Array): Buffer {
  const length = Buffer.from([key.length >> 8, key.length & 0xff]);
  return Buffer.concat([length, Buffer.alloc(key.length), length, key]);
}

/**
 * Handshake messages as they are hashed: without the first ClientHello and the HelloVerifyRequest, with their headers as if none
 * were in parts (none is here). RFC 6347 §4.2.6.
 */
function messagesOf(records: readonly SentRecord[]): Buffer[] {
  const messages = records.filter(({ type, epoch }) => type === ContentType.handshake && epoch === 0);
  return messages.slice(2).map(({ fragment }) => fragment);
}

/** Finished of one side, opened by the reference alone. */
function finishedOf({ pair }: KnownSession, to: "client" | "server", keys: ReferenceKeys, cidLength: number): Buffer {
  const datagrams = pair.sent.filter((sent) => sent.to === to).map(({ datagram }) => datagram);
  const sealed = recordsOf(datagrams, cidLength).find(({ epoch }) => epoch === 1);
  const inner = referenceOpen(keys, sealed?.whole ?? Buffer.alloc(0), cidLength);
  if (cidLength === 0) return inner;
  expect(inner.at(-1)).toBe(ContentType.handshake);
  return inner.subarray(0, -1);
}

describe.each(CASES)("%s (connection ID: %o)", (suite, connectionId) => {
  it("has the master secret of RFC 7627 §4, the keys of RFC 5246 §6.3 and the Finished of RFC 5246 §7.4.9", () => {
    const session = knownSession(suite, connectionId);
    const hash = suite.endsWith("SHA384") ? "sha384" : "sha256";
    const cidLength = connectionId === undefined ? 0 : connectionId.lengthBytes;
    const records = recordsOf(
      session.pair.sent.map(({ datagram }) => datagram),
      cidLength,
    );
    const messages = messagesOf(records);
    expect(messages.map((message) => message[0])).toEqual([1, 2, 14, 16]);
    const digest = (...bytes: Buffer[]) => createHash(hash).update(Buffer.concat(bytes)).digest();

    const master = prf(hash, premasterSecret(KEY), "extended master secret", digest(...messages), 48);
    expect(engine.info(session.pair.server).extendedMasterSecret).toBe(true);
    expect(master.equals(session.master)).toBe(true);

    const [hello, serverHello] = [messages[0] ?? master, messages[1] ?? master];
    const keys = referenceKeys(suite, master, hello.subarray(14, 46), serverHello.subarray(14, 46));
    const ofClient = finishedOf(session, "server", keys.client, cidLength);
    const ofServer = finishedOf(session, "client", keys.server, cidLength);
    const verifyData = (label: string, hashed: Buffer) => prf(hash, master, label, hashed, VERIFY_DATA_BYTES);
    expect([ofClient[0], ofServer[0]]).toEqual([20, 20]);
    expect(ofClient.subarray(12)).toEqual(verifyData("client finished", digest(...messages)));
    expect(ofServer.subarray(12)).toEqual(verifyData("server finished", digest(...messages, ofClient)));
  });
});
