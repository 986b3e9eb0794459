import { OptionNumber } from "@coapkit/protocol";
import { VirtualClock } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { type BlockOption, blockEntry, readBlock } from "../src/message/block-option.js";
import type { Message } from "../src/message/message.js";
import { CONTENT, GET, type Parts, POST, PUT, RawPeer, type Rig, startRig, textOf, textResponse } from "./rig.js";

const CONTINUE = 0x5f;
const INCOMPLETE = 0x88;
const TOO_LARGE = 0x8d;
const BAD_REQUEST = 0x80;

interface Block extends Partial<BlockOption> {
  readonly id: number;
  readonly payload: string;
  readonly token?: string;
  readonly path?: string;
  readonly size1?: number;
  readonly requestTag?: string;
}

function block1({
  id,
  payload,
  token = "t",
  path = "up",
  num = 0,
  more = false,
  szx = 0,
  size1,
  requestTag,
}: Block): Parts {
  return {
    code: PUT,
    messageId: id,
    token,
    payload,
    options: [
      { number: OptionNumber.UriPath, value: path },
      blockEntry(OptionNumber.Block1, { num, more, szx }),
      ...(size1 === undefined ? [] : [{ number: OptionNumber.Size1, value: size1 }]),
      ...(requestTag === undefined ? [] : [{ number: OptionNumber.RequestTag, value: requestTag }]),
    ],
  };
}

const FULL = "0123456789abcdef";

function echoing(bodyLimitBytes?: number): Promise<Rig> {
  return startRig({
    ...(bodyLimitBytes === undefined ? {} : { bodyLimitBytes }),
    handler: (exchange) => exchange.respond({ ...textResponse(exchange.request.payload), code: 0x44 }),
  });
}

describe("Block1 uploads", () => {
  it("assembles blocks that carry different tokens", async () => {
    await using rig = await echoing();
    await using peer = await RawPeer.to(rig.address.port);
    const first = await peer.ask(block1({ id: 1, payload: FULL, more: true, token: "a" }));
    expect(first).toMatchObject({ code: CONTINUE, token: Buffer.from("a") });
    expect(readBlock(first.options, OptionNumber.Block1)).toEqual({ num: 0, more: true, szx: 0 });
    await peer.ask(block1({ id: 2, payload: FULL, num: 1, more: true, token: "bb" }));
    expect(rig.engine.counters).toMatchObject({ uploads: 1, uploadBytes: 32 });
    const last = await peer.ask(block1({ id: 3, payload: "end", num: 2, token: "ccc" }));
    expect(last).toMatchObject({ code: 0x44, token: Buffer.from("ccc") });
    expect(readBlock(last.options, OptionNumber.Block1)).toEqual({ num: 2, more: false, szx: 0 });
    expect(rig.engine.counters).toMatchObject({ uploads: 0, uploadBytes: 0, requests: 3 });
  });

  it("hands over the whole body once", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    await peer.ask(block1({ id: 1, payload: FULL, more: true }));
    peer.send(block1({ id: 2, payload: "end", num: 1 }));
    expect(textOf((await rig.nextExchange()).request)).toBe(`${FULL}end`);
    expect(rig.exchanges).toHaveLength(0);
  });

  it("keeps apart peers, paths and Request-Tags", async () => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse(exchange.request.payload)),
    });
    await using peer = await RawPeer.to(rig.address.port);
    await using other = await RawPeer.to(rig.address.port);
    await peer.ask(block1({ id: 1, payload: "A".repeat(16), more: true }));
    await peer.ask(block1({ id: 2, payload: "B".repeat(16), more: true, path: "down" }));
    await peer.ask(block1({ id: 3, payload: "C".repeat(16), more: true, requestTag: "x" }));
    await other.ask(block1({ id: 1, payload: "D".repeat(16), more: true }));
    expect(textOf(await peer.ask(block1({ id: 4, payload: "a", num: 1 })))).toBe(`${"A".repeat(16)}a`);
    expect(textOf(await peer.ask(block1({ id: 5, payload: "b", num: 1, path: "down" })))).toBe(`${"B".repeat(16)}b`);
    expect(textOf(await peer.ask(block1({ id: 6, payload: "c", num: 1, requestTag: "x" })))).toBe(`${"C".repeat(16)}c`);
    expect(textOf(await other.ask(block1({ id: 2, payload: "d", num: 1 })))).toBe(`${"D".repeat(16)}d`);
  });

  it("answers 4.08 when a block is missing, and takes the upload from the start", async () => {
    await using rig = await echoing();
    await using peer = await RawPeer.to(rig.address.port);
    await peer.ask(block1({ id: 1, payload: FULL, more: true }));
    expect(await peer.ask(block1({ id: 2, payload: FULL, num: 2, more: true }))).toMatchObject({ code: INCOMPLETE });
    expect(await peer.ask(block1({ id: 3, payload: FULL, num: 1, more: true }))).toMatchObject({ code: INCOMPLETE });
    expect(rig.engine.counters).toMatchObject({ bodiesIncomplete: 2, uploads: 0 });
    await peer.ask(block1({ id: 4, payload: FULL, more: true }));
    expect(await peer.ask(block1({ id: 5, payload: "end", num: 1 }))).toMatchObject({ code: 0x44 });
  });

  it("answers 4.00 for a block of the wrong length and for the reserved size", async () => {
    await using rig = await echoing();
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask(block1({ id: 1, payload: "short", more: true }))).toMatchObject({ code: BAD_REQUEST });
    expect(await peer.ask(block1({ id: 2, payload: "x", szx: 7 }))).toMatchObject({ code: BAD_REQUEST });
    expect(rig.engine.counters.openExchanges).toBe(0);
  });

  it("answers 4.13 with Size1 as soon as the size is known", async () => {
    await using rig = await echoing(20);
    await using peer = await RawPeer.to(rig.address.port);
    const announced = await peer.ask(block1({ id: 1, payload: FULL, more: true, size1: 21 }));
    expect(announced.code).toBe(TOO_LARGE);
    expect(announced.options.uint(OptionNumber.Size1)).toBe(20);
    await peer.ask(block1({ id: 2, payload: FULL, more: true }));
    expect(await peer.ask(block1({ id: 3, payload: FULL, num: 1, more: true }))).toMatchObject({ code: TOO_LARGE });
    const inOneDatagram = await peer.ask({ code: POST, messageId: 4, token: "t", payload: "x".repeat(21) });
    expect(inOneDatagram.code).toBe(TOO_LARGE);
    expect(rig.engine.counters).toMatchObject({ bodiesTooLarge: 3, uploads: 0, openExchanges: 0 });
  });

  it("forgets the longest idle upload of a peer at its limit", async () => {
    await using rig = await startRig({
      options: { transfersPerPeer: 2 },
      handler: (exchange) => exchange.respond(textResponse("done")),
    });
    await using peer = await RawPeer.to(rig.address.port);
    for (const [index, path] of ["a", "b", "c"].entries()) {
      await peer.ask(block1({ id: index, payload: FULL, more: true, path }));
    }
    expect(rig.engine.counters).toMatchObject({ uploads: 2, uploadBytes: 32, transfersEvicted: 1 });
    expect(await peer.ask(block1({ id: 8, payload: "x", num: 1, path: "a" }))).toMatchObject({ code: INCOMPLETE });
    expect(await peer.ask(block1({ id: 9, payload: "x", num: 1, path: "c" }))).toMatchObject({ code: CONTENT });
  });

  it("forgets an idle upload", async () => {
    const clock = new VirtualClock();
    await using rig = await startRig({ clock });
    await using peer = await RawPeer.to(rig.address.port);
    await peer.ask(block1({ id: 1, payload: FULL, more: true }));
    await clock.advance(59_999);
    expect(rig.engine.counters.uploads).toBe(1);
    await clock.advance(1);
    expect(rig.engine.counters).toMatchObject({ uploads: 0, uploadBytes: 0, transfersExpired: 1 });
  });
});

describe("Block2 downloads", () => {
  const BODY = Array.from({ length: 300 }, (_, index) => `line ${index}\n`).join("");

  function ask(peer: RawPeer, id: number, block: BlockOption | undefined, token = "t", code = GET): Promise<Message> {
    const options = block === undefined ? [] : [blockEntry(OptionNumber.Block2, block)];
    return peer.ask({
      code,
      messageId: id,
      token,
      options: [{ number: OptionNumber.UriPath, value: "d" }, ...options],
    });
  }

  async function download(peer: RawPeer, szx: number, code = GET): Promise<{ text: string; etags: Set<string> }> {
    let text = "";
    const etags = new Set<string>();
    for (let num = 0; ; num++) {
      const reply = await ask(peer, 100 + num, { num, more: false, szx }, `k${num}`, code);
      expect(readBlock(reply.options, OptionNumber.Block2)).toMatchObject({ num, szx });
      etags.add(Buffer.from(reply.options.bytes(OptionNumber.ETag) ?? []).toString("hex"));
      text += textOf(reply);
      if (!readBlock(reply.options, OptionNumber.Block2)?.more) return { text, etags };
    }
  }

  it("cuts a body that does not fit into blocks of 1024 bytes", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse(BODY)) });
    await using peer = await RawPeer.to(rig.address.port);
    const reply = await ask(peer, 1, undefined);
    expect(readBlock(reply.options, OptionNumber.Block2)).toEqual({ num: 0, more: true, szx: 6 });
    expect(reply.options.uint(OptionNumber.ContentFormat)).toBe(0);
    expect(textOf(reply)).toBe(BODY.slice(0, 1024));
  });

  it.each([0, 2, 6])("honours the size exponent %i and any tokens, and runs the handler once", async (szx) => {
    let runs = 0;
    await using rig = await startRig({
      handler: (exchange) => {
        runs++;
        exchange.respond(textResponse(BODY));
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    const { text, etags } = await download(peer, szx);
    expect(text).toBe(BODY);
    expect(etags.size).toBe(1);
    expect(runs).toBe(1);
  });

  it("keeps code, ETag and options of a large POST response, and never runs the POST again", async () => {
    let runs = 0;
    await using rig = await startRig({
      handler: (exchange) => {
        runs++;
        const etag = { number: OptionNumber.ETag, value: Uint8Array.of(1, 2, 3) };
        exchange.respond({ ...textResponse(BODY, [etag]), code: 0x44 });
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    const { text, etags } = await download(peer, 5, POST);
    expect(text).toBe(BODY);
    expect([...etags]).toEqual(["010203"]);
    expect((await ask(peer, 900, { num: 1, more: false, szx: 5 }, "z", POST)).code).toBe(0x44);
    await using stranger = await RawPeer.to(rig.address.port);
    expect((await ask(stranger, 1, { num: 1, more: false, szx: 5 }, "z", POST)).code).toBe(INCOMPLETE);
    expect(runs).toBe(1);
  });

  it("serves a block of a GET that it has no body of", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse(BODY)) });
    await using peer = await RawPeer.to(rig.address.port);
    expect(textOf(await ask(peer, 1, { num: 2, more: false, szx: 4 }))).toBe(BODY.slice(512, 768));
  });

  it("answers 4.00 behind the end of a body", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse(BODY)) });
    await using peer = await RawPeer.to(rig.address.port);
    expect((await ask(peer, 1, { num: 500, more: false, szx: 6 })).code).toBe(BAD_REQUEST);
  });

  it("says the size where it is asked for", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse(BODY)) });
    await using peer = await RawPeer.to(rig.address.port);
    const reply = await peer.ask({ messageId: 1, options: [{ number: OptionNumber.Size2, value: 0 }] });
    expect(reply.options.uint(OptionNumber.Size2)).toBe(BODY.length);
  });

  it("sends exactly 1024 bytes in one message", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("x".repeat(1024))) });
    await using peer = await RawPeer.to(rig.address.port);
    const reply = await ask(peer, 1, undefined);
    expect(reply.payload).toHaveLength(1024);
    expect(reply.options.has(OptionNumber.Block2)).toBe(false);
  });

  it("cuts a large error, and leaves a small one whole for a request with Block2", async () => {
    const text = "e".repeat(1500);
    await using rig = await startRig({
      handler: (exchange) => {
        const isSmall = exchange.request.options.has(OptionNumber.Block2);
        exchange.respond({ code: 0x84, contentFormat: undefined, options: [], payload: isSmall ? "no" : text });
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    const large = await ask(peer, 1, undefined);
    expect(large).toMatchObject({ code: 0x84 });
    expect(large.options.has(OptionNumber.ETag)).toBe(false);
    expect(textOf(large)).toBe(text.slice(0, 1024));
    expect(textOf(await ask(peer, 2, { num: 3, more: false, szx: 2 }))).not.toBe("");
    const small = await peer.ask({ messageId: 3, options: [blockEntry(23, { num: 0, more: false, szx: 2 })] });
    expect(textOf(small)).toBe("no");
    expect(small.options.has(OptionNumber.Block2)).toBe(false);
  });

  it("keeps no more response bytes than it may", async () => {
    await using rig = await startRig({
      options: { transferBytes: BODY.length + 10 },
      handler: (exchange) => exchange.respond(textResponse(BODY)),
    });
    for (let index = 0; index < 3; index++) {
      await using peer = await RawPeer.to(rig.address.port);
      await ask(peer, 1, undefined);
    }
    expect(rig.engine.counters).toMatchObject({ downloads: 1, downloadBytes: BODY.length, transfersEvicted: 2 });
  });
});
