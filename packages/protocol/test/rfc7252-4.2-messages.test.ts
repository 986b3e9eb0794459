import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { ALICE, BOB, openServer } from "./support/server-fixture.js";
import { encodeMessage } from "./support/wire.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** Each begins with a header of CON, NON, ACK or RST that is given its bits. */
const MALFORMED: readonly [string, string][] = [
  ["a token length of 9, RFC 7252 §3", "49 01 1234 010203040506070809"],
  ["a token length of 12, RFC 7252 §3", "4c 01 1234 0102030405060708090a0b0c"],
  ["a token length of 15, RFC 7252 §3", "4f 01 1234 010203"],
  ["a token cut off", "44 01 1234 0102"],
  ["an option cut off", "40 01 1234 b4 7465"],
  ["an option delta of 15 without payload marker", "40 01 1234 f1 00"],
  ["an option length of 15", "40 01 1234 bf 00"],
  ["a payload marker without payload, RFC 7252 §3", "40 01 1234 ff"],
  ["an option number above 65535", "40 01 1234 e0 fffe e0 fffe"],
  ["an empty message with a token, RFC 7252 §4.1", "41 00 1234 01"],
  ["an empty message with a payload, RFC 7252 §4.1", "40 00 1234 ff 01"],
];

const RESERVED: readonly [string, number][] = [
  ["1.00", 0x20],
  ["1.05", 0x25],
  ["6.00", 0xc0],
  ["6.31", 0xdf],
  ["7.01", 0xe1],
];

function ofType(bytes: Uint8Array, type: Type): Uint8Array {
  const copy = bytes.slice();
  copy[0] = ((copy[0] as number) & 0xcf) | (type << 4);
  return copy;
}

describe("RFC 7252 §3 message format", () => {
  it.each(["", "40", "4001", "400112"])("ignores in silence what has less than 4 bytes: %j", async (text) => {
    const server = await openServer();
    expect(server.receiveBytes(hex(text))).toEqual([]);
    expect(server.counters.notCoap).toBe(1);
    await server.expectNoState();
  });

  it.each([0, 2, 3])("MUST silently ignore messages with the unknown version number %d", async (version) => {
    const server = await openServer();
    const bytes = encodeMessage({ type: Type.CON, code: Code.GET, messageId: 7 });
    bytes[0] = ((bytes[0] as number) & 0x3f) | (version << 6);
    expect(server.receiveBytes(bytes)).toEqual([]);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });
});

describe("RFC 7252 §4.2 and §4.3 rejection", () => {
  it.each(MALFORMED)("rejects a CON with a message format error with a matching RST: %s", async (_what, text) => {
    const server = await openServer();
    const [reset, ...more] = server.receiveBytes(hex(text));
    expect(reset).toMatchObject({ type: Type.RST, code: Code.Empty, messageId: 0x1234, token: [] });
    expect(reset?.bytes).toHaveLength(4);
    expect(more).toEqual([]);
    expect(server.exchanges).toEqual([]);
    expect(server.counters.malformed).toBe(1);
    await server.expectNoState();
  });

  it.each(MALFORMED)(
    "drops a NON, an ACK and an RST with a message format error in silence: %s",
    async (_what, text) => {
      const server = await openServer();
      for (const type of [Type.NON, Type.ACK, Type.RST])
        expect(server.receiveBytes(ofType(hex(text), type))).toEqual([]);
      expect(server.exchanges).toEqual([]);
      await server.expectNoState();
    },
  );

  it.each(RESERVED)("rejects a CON with the reserved class of %s with RST, and drops a NON", async (_name, code) => {
    const server = await openServer();
    expect(server.ask({ code, messageId: 9 })).toMatchObject({ type: Type.RST, code: Code.Empty, messageId: 9 });
    for (const type of [Type.NON, Type.ACK, Type.RST]) expect(server.receive({ type, code })).toEqual([]);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it("answers an empty CON, the CoAP ping, with RST", async () => {
    const server = await openServer();
    expect(server.ask({ code: Code.Empty, messageId: 77, token: [] })).toMatchObject({ type: Type.RST, messageId: 77 });
    expect(server.counters.pings).toBe(1);
    await server.expectNoState();
  });

  it("drops an empty NON in silence, which §4.3 forbids", async () => {
    const server = await openServer();
    expect(server.receive({ type: Type.NON, code: Code.Empty, token: [] })).toEqual([]);
    await server.expectNoState();
  });

  it("drops a request that comes as ACK or RST in silence", async () => {
    const server = await openServer();
    for (const type of [Type.ACK, Type.RST]) expect(server.receive({ type, code: Code.GET })).toEqual([]);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it("rejects a CON response that nobody asked for with RST, and drops a NON one", async () => {
    const server = await openServer();
    expect(server.ask({ code: Code.Content, messageId: 5 })).toMatchObject({ type: Type.RST, messageId: 5 });
    expect(server.receive({ type: Type.NON, code: Code.Content })).toEqual([]);
    expect(server.receive({ type: Type.ACK, code: Code.Content })).toEqual([]);
    expect(server.counters.unmatched).toBeGreaterThanOrEqual(2);
    await server.expectNoState();
  });

  it("never answers an ACK or RST that matches nothing", async () => {
    const server = await openServer();
    for (const from of [ALICE, BOB])
      for (const type of [Type.ACK, Type.RST]) expect(server.reply(type, 42, from)).toEqual([]);
    expect(server.counters.unmatched).toBe(4);
    await server.expectNoState();
  });
});

describe("RFC 8974 §2 extended tokens", () => {
  it.each([0, 1, 8, 13, 268, 269, 300])("echoes a token of %d bytes as it came", async (length) => {
    const server = await openServer();
    const token = Array.from({ length }, (_, index) => (index * 7) & 0xff);
    expect(server.ask({ token })).toMatchObject({ type: Type.ACK, code: Code.Content, token });
    await server.expectNoState();
  });

  it.each([
    [1_024, Code.Content, 1],
    [1_025, Code.BadRequest, 0],
    [60_000, Code.BadRequest, 0],
  ])(
    "answers a token of %d bytes with code %d, which echoes it and keeps nothing of it",
    async (length, code, handled) => {
      const server = await openServer();
      const token = Array.from({ length }, (_, index) => (index * 7) & 0xff);
      for (const type of [Type.CON, Type.NON]) {
        const parts = { type, token, messageId: server.nextMessageId() };
        expect(server.ask(parts)).toMatchObject({ type: type === Type.CON ? Type.ACK : Type.NON, code, token });
        expect(server.receive(parts)).toHaveLength(type === Type.CON ? 1 : 0);
      }
      expect(server.receiveFromGroup({ token })).toEqual([]);
      expect(server.exchanges).toHaveLength(3 * handled);
      expect(server.counters.tokensRefused).toBe(handled === 1 ? 0 : 4);
      await server.expectNoState();
    },
  );

  it("acknowledges a request whose token fills the datagram, and says no more", async () => {
    const server = await openServer();
    expect(server.ask({ token: new Array<number>(65_300).fill(1) })).toMatchObject({
      type: Type.ACK,
      code: Code.Empty,
    });
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it.each([
    ["one byte of 1 is cut off", "4d 01 1234"],
    ["two bytes are cut off", "4e 01 1234 00"],
    ["the token is cut off", "4d 01 1234 00 0102"],
  ])("rejects an extended token where %s", async (_what, text) => {
    const server = await openServer();
    expect(server.receiveBytes(hex(text))).toMatchObject([{ type: Type.RST, messageId: 0x1234 }]);
    await server.expectNoState();
  });
});
