import { afterEach, describe, expect, it } from "vitest";
import { establishedPair, optionsFor, SUITES } from "../native-support/credentials.js";
import { destroyContexts, engine, opened, sealed } from "../native-support/harness.js";
import {
  prf,
  type RecordHead,
  referenceKeys,
  referenceOpen,
  referenceSeal,
} from "../native-support/reference-records.js";

afterEach(destroyContexts);

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const NO_CID = new Uint8Array();
const EPOCH_1 = 1n << 48n;

/** A pair, and the keys of its key log according to the reference. */
function pairWithKeys(suite: (typeof SUITES)[number][0], lengthBytes?: number) {
  const lines: string[] = [];
  const connectionId = lengthBytes === undefined ? undefined : { lengthBytes };
  const callbacks = { onKeyLog: (line: string) => lines.push(line) };
  const pair = establishedPair({ ...optionsFor(suite, connectionId), callbacks });
  const [label, clientRandom = "", master = ""] = lines[0]?.split(" ") ?? [];
  expect([lines.length, label]).toEqual([1, "CLIENT_RANDOM"]);
  const serverHello = pair.sent.find(({ to, datagram }) => to === "client" && datagram[13] === 2)?.datagram;
  const serverRandom = serverHello?.subarray(27, 59) ?? NO_CID;
  return { ...pair, pair, keys: referenceKeys(suite, hex(master), hex(clientRandom), serverRandom) };
}

describe("the reference that the addon is compared with", () => {
  it.each([
    [
      "sha256",
      "9bbe436ba940f017b17652849a71db35",
      "a0ba9f936cda311827a6f796ffd5198c",
      "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66",
    ],
    [
      "sha384",
      "b80b733d6ceefcdc71566ea48e5567df",
      "cd665cf6a8447dd6ff8b27555edb7465",
      "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f",
    ],
  ])("computes the published example of the PRF with %s", (hash, secret, seed, expected) => {
    const output = hex(expected);
    expect(prf(hash, hex(secret), "test label", hex(seed), output.length).toString("hex")).toBe(expected);
  });
});

describe.each(SUITES)("records of %s", (suite) => {
  it("are sealed and opened as RFC 5246 and the suite's RFC say", () => {
    const { client, server, keys } = pairWithKeys(suite);
    expect(referenceOpen(keys.client, sealed(client, "up"), 0).toString()).toBe("up");
    expect(referenceOpen(keys.server, sealed(server, "down"), 0).toString()).toBe("down");
    const head: RecordHead = { type: 23, number: EPOCH_1 | 77n, cid: NO_CID };
    expect(opened(server, referenceSeal(keys.client, head, Buffer.from("from the reference")))).toEqual([
      "from the reference",
    ]);
  });

  it("are sealed and opened with connection IDs as RFC 9146 §5.3 says", () => {
    const { client, server, keys } = pairWithKeys(suite, 8);
    const { connectionId: cid = NO_CID } = engine.info(server);
    expect(referenceOpen(keys.client, sealed(client, "up"), 8).toString()).toBe("up\x17");
    const head: RecordHead = { type: 25, number: EPOCH_1 | 77n, cid };
    expect(opened(server, referenceSeal(keys.client, head, Buffer.from("padded\x17\0\0\0")))).toEqual(["padded"]);
  });

  it("never use a number twice", () => {
    const { client, pair } = pairWithKeys(suite);
    const datagrams = pair.sent.filter(({ to }) => to === "server").map(({ datagram }) => datagram);
    const numbers = [...datagrams, sealed(client, "a"), sealed(client, "b")].flatMap(recordNumbers);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("records with connection IDs", () => {
  const [suite] = SUITES[0] ?? [];
  if (suite === undefined) throw new Error("There is no suite.");

  it("are dropped where their content is nothing but padding", () => {
    const { server, serverContext, keys } = pairWithKeys(suite, 8);
    const head: RecordHead = { type: 25, number: EPOCH_1 | 77n, cid: engine.info(server).connectionId ?? NO_CID };
    expect(opened(server, referenceSeal(keys.client, head, Buffer.alloc(5)))).toEqual([]);
    expect(engine.counters(serverContext).droppedForged).toBe(1);
  });

  it("may have any type inside, and an unexpected one is dropped", () => {
    const { server, serverContext, keys } = pairWithKeys(suite, 8);
    const head: RecordHead = { type: 25, number: EPOCH_1 | 77n, cid: engine.info(server).connectionId ?? NO_CID };
    expect(opened(server, referenceSeal(keys.client, head, Buffer.from("x\x19")))).toEqual([]);
    expect(engine.counters(serverContext).droppedUnexpected).toBe(1);
  });
});

/** Epoch and sequence number of each record of a datagram. */
function recordNumbers(datagram: Uint8Array): bigint[] {
  const bytes = Buffer.from(datagram);
  const numbers: bigint[] = [];
  for (let at = 0; at < bytes.length; at += 13 + bytes.readUInt16BE(at + 11))
    numbers.push(bytes.readBigUInt64BE(at + 3));
  return numbers;
}
