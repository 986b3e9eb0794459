import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import { OptionNumber } from "../src/option/option-number.js";
import {
  ALICE,
  BOB,
  bare,
  block1Of,
  bodyOf,
  content,
  openServer,
  type ServerFixture,
} from "./support/server-fixture.js";
import { blockOf } from "./support/wire.js";

const path = (value: string) => ({ number: OptionNumber.UriPath, value });
const BODY = bodyOf(300);

/** A server that keeps the bodies it is handed. */
async function openUploads(options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer(options);
  const bodies: Uint8Array[] = [];
  server.onRequest = (exchange) => {
    bodies.push(exchange.request.payload.slice());
    exchange.respond(bare(Code.Changed));
  };
  return { server, bodies };
}

const block = (server: ServerFixture, number: number, more = true, parts = {}, from = ALICE) =>
  server.ask(block1Of(BODY, number * 64, more, 2, parts), from);

describe("RFC 7959 §2.5 Block1 on the server", () => {
  it.each([Code.PUT, Code.POST, Code.FETCH, Code.PATCH, Code.IPATCH])(
    "answers 2.31 to all but the last block of method %d, whose answer has Block1, too",
    async (code) => {
      const { server, bodies } = await openUploads();
      const answers = server.upload(BODY, 2, { code });
      expect(answers.map((answer) => answer.code)).toEqual([...new Array(4).fill(Code.Continue), Code.Changed]);
      for (const [number, answer] of answers.entries())
        expect(blockOf(answer, OptionNumber.Block1)).toEqual({ number, more: number < 4, szx: 2 });
      expect(bodies).toEqual([BODY]);
      await server.expectNoState();
    },
  );

  it.each([
    [8_192, 6],
    [8_192, 0],
    [1_048_576, 6],
  ])("assembles %d bytes in blocks of SZX %d", async (length, szx) => {
    const { server, bodies } = await openUploads();
    const body = bodyOf(length);
    expect(server.upload(body, szx).at(-1)).toMatchObject({ code: Code.Changed });
    expect(bodies).toHaveLength(1);
    expect(Buffer.compare(bodies[0] as Uint8Array, body)).toBe(0);
    await server.expectNoState();
  });

  it("does not look at tokens, which may differ from block to block", async () => {
    const { server, bodies } = await openUploads();
    for (let number = 0; number < 5; number++) {
      const answer = block(server, number, number < 4, { token: [number, 7] });
      expect(answer.token).toEqual([number, 7]);
    }
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("takes a body of a single block, and hands it up in bytes of its own when the handler takes its time", async () => {
    const server = await openServer();
    server.onRequest = () => undefined;
    server.receive(block1Of(BODY.subarray(0, 40), 0, false, 2));
    expect([...(server.exchanges[0]?.request.payload ?? [])]).toEqual([...BODY.subarray(0, 40)]);
    server.exchanges[0]?.respond(bare(Code.Changed));
    const [answer] = server.takeSent();
    expect(answer).toMatchObject({ type: Type.ACK, code: Code.Changed });
    expect(answer && blockOf(answer, OptionNumber.Block1)).toEqual({ number: 0, more: false, szx: 2 });
    await server.expectNoState();
  });

  it("MUST return 4.08 when not all previous blocks are available", async () => {
    const { server, bodies } = await openUploads();
    expect(block(server, 4, false).code).toBe(Code.RequestEntityIncomplete);
    block(server, 0);
    expect(block(server, 2).code).toBe(Code.RequestEntityIncomplete);
    expect(server.counters.uploads).toBe(0);
    expect(block(server, 1).code).toBe(Code.RequestEntityIncomplete);
    expect(bodies).toEqual([]);
    await server.expectNoState();
  });

  it("begins anew with block 0", async () => {
    const { server, bodies } = await openUploads();
    block(server, 0);
    block(server, 1);
    expect(server.upload(BODY, 2).at(-1)?.code).toBe(Code.Changed);
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("takes smaller blocks on the way", async () => {
    const { server, bodies } = await openUploads();
    block(server, 0);
    for (let offset = 64; offset < 300; offset += 16) {
      const answer = server.ask(block1Of(BODY, offset, offset + 16 < 300, 0));
      expect(answer.code).toBe(offset + 16 < 300 ? Code.Continue : Code.Changed);
    }
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("takes a block that comes again with another message ID, and replays the answer to a duplicate", async () => {
    const { server, bodies } = await openUploads();
    block(server, 0);
    const parts = block1Of(BODY, 64, true, 2, { messageId: 4_000 });
    expect(server.ask(parts).bytes).toEqual(server.ask(parts).bytes);
    expect(block(server, 1).code).toBe(Code.Continue);
    for (const number of [2, 3]) block(server, number);
    expect(block(server, 4, false).code).toBe(Code.Changed);
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("keeps two clients, two paths and two Request-Tags apart", async () => {
    const { server, bodies } = await openUploads();
    const tag = (value: number) => ({ options: [{ number: OptionNumber.RequestTag, value: Uint8Array.of(value) }] });
    const uploads: [object, string][] = [
      [{}, ALICE],
      [{}, BOB],
      [{ options: [path("a")] }, ALICE],
      [tag(1), ALICE],
      [tag(2), ALICE],
    ];
    for (let number = 0; number < 5; number++)
      for (const [parts, from] of uploads)
        expect(block(server, number, number < 4, parts, from).code).toBe(number < 4 ? Code.Continue : Code.Changed);
    expect(bodies).toEqual(new Array(5).fill(BODY));
    await server.expectNoState();
  });

  it("MUST NOT assemble blocks with mismatching Content-Formats", async () => {
    const { server, bodies } = await openUploads();
    const format = (value: number) => ({ options: [{ number: OptionNumber.ContentFormat, value }] });
    block(server, 0, true, format(0));
    expect(block(server, 1, true, format(50)).code).toBe(Code.RequestEntityIncomplete);
    expect(bodies).toEqual([]);
    await server.expectNoState();
  });

  it.each([
    ["longer", 65],
    ["shorter", 63],
    ["empty", 0],
  ])("answers 4.00 to a block with M whose payload is %s than SZX says", async (_what, length) => {
    const { server } = await openUploads();
    const options = [{ number: OptionNumber.Block1, value: 0x0a }];
    const answer = server.ask({ code: Code.PUT, options, payload: BODY.subarray(0, length) });
    expect(answer.code).toBe(Code.BadRequest);
    await server.expectNoState();
  });

  it("answers 4.00 to the reserved SZX 7", async () => {
    const { server } = await openUploads();
    const options = [{ number: OptionNumber.Block1, value: 0x0f }];
    expect(server.ask({ code: Code.PUT, options, payload: BODY }).code).toBe(Code.BadRequest);
    await server.expectNoState();
  });

  it.each([
    ["of four bytes", [{ number: OptionNumber.Block1, value: Uint8Array.of(0, 0, 0, 2) }]],
    ["that occurs twice", [1, 2].map(() => ({ number: OptionNumber.Block1, value: 2 }))],
  ])("treats a Block1 %s as unrecognized: 4.02 in a CON, silence for a NON", async (_what, options) => {
    const { server } = await openUploads();
    const parts = { code: Code.PUT, options, payload: "x" };
    expect(server.ask(parts).code).toBe(Code.BadOption);
    expect(server.receive({ ...parts, type: Type.NON })).toEqual([]);
    expect(server.exchanges).toEqual([]);
    await server.expectNoState();
  });

  it("answers 2.31 without Block2, which §2.3 forbids, also when the request has one", async () => {
    const { server, bodies } = await openUploads();
    server.onRequest = (exchange) => {
      bodies.push(exchange.request.payload.slice());
      exchange.respond(content(bodyOf(100)));
    };
    const options = [{ number: OptionNumber.Block2, value: 1 }];
    const answers = server.upload(BODY, 2, { code: Code.POST, options });
    for (const answer of answers.slice(0, -1)) expect(blockOf(answer, OptionNumber.Block2)).toBeUndefined();
    const last = answers.at(-1);
    expect(last && blockOf(last, OptionNumber.Block2)).toEqual({ number: 0, more: true, szx: 1 });
    expect(last && blockOf(last, OptionNumber.Block1)).toEqual({ number: 4, more: false, szx: 2 });
    await server.expectNoState();
  });

  it("leaves a NON upload to NON answers", async () => {
    const { server, bodies } = await openUploads();
    for (const { type } of server.upload(BODY, 2, { type: Type.NON })) expect(type).toBe(Type.NON);
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("does the first block's If-None-Match for the whole body", async () => {
    const { server } = await openUploads();
    block(server, 0, true, { options: [{ number: OptionNumber.IfNoneMatch, value: "" }] });
    for (let number = 1; number < 5; number++) block(server, number, number < 4);
    expect(server.exchanges[0]?.request.options.has(OptionNumber.IfNoneMatch)).toBe(true);
    await server.expectNoState();
  });
});

describe("RFC 7959 §2.9.3 limits of bodies", () => {
  it("answers 4.13 with Size1 once a body exceeds its limit, and forgets it", async () => {
    const { server, bodies } = await openUploads({ bodyLimitBytes: () => 128 });
    expect(block(server, 0).code).toBe(Code.Continue);
    expect(block(server, 1).code).toBe(Code.Continue);
    const refused = block(server, 2);
    expect(refused.code).toBe(Code.RequestEntityTooLarge);
    expect(refused.options.uint(OptionNumber.Size1)).toBe(128);
    expect(server.counters.uploads).toBe(0);
    expect(bodies).toEqual([]);
    await server.expectNoState();
  });

  it("answers 4.13 at once when Size1 announces too much", async () => {
    const { server } = await openUploads({ bodyLimitBytes: () => 8_192 });
    for (const value of [8_193, new Uint8Array(4).fill(255)]) {
      const refused = block(server, 0, true, { options: [{ number: OptionNumber.Size1, value }] });
      expect(refused.code).toBe(Code.RequestEntityTooLarge);
      expect(refused.options.uint(OptionNumber.Size1)).toBe(8_192);
    }
    await server.expectNoState();
  });

  it("ignores a Size1 of more than its four bytes, as it is elective", async () => {
    const { server } = await openUploads({ bodyLimitBytes: () => 8_192 });
    const value = Uint8Array.of(0, 1, 0, 0, 0);
    expect(block(server, 0, true, { options: [{ number: OptionNumber.Size1, value }] }).code).toBe(Code.Continue);
    await server.advance(61_000);
    await server.expectNoState();
  });

  it("discards a partial body that waited too long, and answers its next block 4.08", async () => {
    const { server } = await openUploads({ limits: { bodyIdleMs: 60_000 } });
    block(server, 0);
    await server.advance(59_000);
    expect(block(server, 1).code).toBe(Code.Continue);
    await server.advance(60_001);
    expect(server.counters).toMatchObject({ uploads: 0, uploadsExpired: 1 });
    expect(block(server, 2).code).toBe(Code.RequestEntityIncomplete);
    await server.expectNoState();
  });

  it("gives up the upload that was idle longest when memory is used up", async () => {
    const { server, bodies } = await openUploads({ limits: { bodiesBytes: 4_096 } });
    const clients = Array.from({ length: 12 }, (_, index) => `192.0.2.${index}:1`);
    for (const from of clients) block(server, 0, true, {}, from);
    const { uploads = 0, uploadsEvicted = 0, uploadBytes } = server.counters;
    expect(uploadBytes).toBeLessThanOrEqual(4_096);
    expect(uploadsEvicted).toBeGreaterThan(0);
    expect(uploads + uploadsEvicted).toBe(12);
    expect(block(server, 1, true, {}, clients[0]).code).toBe(Code.RequestEntityIncomplete);
    for (let number = 1; number < 5; number++) block(server, number, number < 4, {}, clients.at(-1));
    expect(bodies).toEqual([BODY]);
    await server.expectNoState();
  });

  it("hands a request up unassembled where its answer does not depend on the body", async () => {
    const { server } = await openUploads({ bodyLimitBytes: () => -1 });
    server.onRequest = (exchange) => exchange.respond(bare(Code.NotFound));
    expect(block(server, 0).code).toBe(Code.NotFound);
    await server.expectNoState();
  });
});
