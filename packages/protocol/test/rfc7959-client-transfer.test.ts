import { describe, expect, it } from "vitest";
import { type BlockValue, decodeBlock, encodeBlock } from "../src/block/block-option.js";
import type { OutgoingRequest } from "../src/client/outgoing-request.js";
import { Code } from "../src/code/code.js";
import { Type } from "../src/message/message-type.js";
import type { OptionEntry } from "../src/option/encode-options.js";
import { OptionNumber } from "../src/option/option-number.js";
import { type ClientFixture, expectNoState, first, get, openClient, text } from "./support/client-fixture.js";
import type { Message } from "./support/scripted-peer.js";

const LETTERS = Array.from({ length: 100 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");

function blockIn({ options }: Message, number: number): BlockValue | undefined {
  const value = options.uint(number);
  return value === undefined ? undefined : decodeBlock(value);
}

function blockOut(number: number, block: number, more: boolean, szx: number): OptionEntry {
  return { number, value: encodeBlock(block, more, szx) };
}

/** Serves blocks of `body()`, of at most `2 ** (szx + 4)` bytes, with an ETag that tells bodies apart. */
function serve({ peer }: ClientFixture, body: () => string, szx = 1, code: number = Code.Content): void {
  peer.onMessage = (message) => {
    if (message.type !== Type.CON) return;
    const asked = blockIn(message, OptionNumber.Block2) ?? { number: 0, more: false, szx };
    const used = Math.min(asked.szx, szx);
    const number = asked.number * 2 ** (asked.szx - used);
    const size = 2 ** (used + 4);
    const payload = body().slice(number * size, (number + 1) * size);
    const more = (number + 1) * size < body().length;
    const options = [
      { number: OptionNumber.ETag, value: body().slice(0, 4) },
      blockOut(OptionNumber.Block2, number, more, used),
    ];
    peer.send({ code, payload, options });
  };
}

/** Collects Block1 uploads; answers the last block with `answer`. */
function collect(fixture: ClientFixture, szx = 6, code: number = Code.Changed): { body: string; requests: Message[] } {
  const upload = { body: "", requests: [] as Message[] };
  fixture.peer.onMessage = (message) => {
    const block = blockIn(message, OptionNumber.Block1) ?? { number: 0, more: false, szx };
    upload.requests.push(message);
    const offset = block.number * 2 ** (block.szx + 4);
    upload.body = upload.body.slice(0, offset) + message.payload;
    const options = [blockOut(OptionNumber.Block1, block.number, block.more, Math.min(szx, block.szx))];
    fixture.peer.send({ code: block.more ? Code.Continue : code, options, payload: block.more ? "" : "done" });
  };
  return upload;
}

function post(payload: OutgoingRequest["payload"], settings: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return get({ method: Code.POST, payload, ...settings });
}

describe("tokens of a body in blocks (RFC 7959 §3.4, RFC 9175 §4.2)", () => {
  it("are one token for all blocks up, which is free afterwards, and others for the blocks down", async () => {
    const fixture = await openClient();
    const upload = collect(fixture, 0);
    const response = first(fixture.client, post(LETTERS, { blockBytes: 16 }));
    await fixture.clock.advance(1_000);
    expect(text(await response)).toBe("done");
    expect(upload.body).toBe(LETTERS);
    expect(new Set(upload.requests.map(({ token }) => token.join())).size).toBe(1);
    expect(new Set(upload.requests.map(({ messageId }) => messageId)).size).toBe(7);
    await expectNoState(fixture);
  });

  it("do not let a second, late answer to an earlier block pass for that to the one on its way", async () => {
    const fixture = await openClient();
    const { peer } = fixture;
    const next = (block: number) => [blockOut(OptionNumber.Block1, block, true, 0)];
    const upload = collect(fixture, 0);
    const { onMessage } = peer;
    peer.onMessage = (message) => {
      if (message.type !== Type.CON) return;
      const block = blockIn(message, OptionNumber.Block1)?.number ?? 0;
      if (block === 2) peer.send({ type: Type.NON, code: Code.Continue, options: next(0) });
      if (block === 3) peer.send({ type: Type.CON, code: Code.Continue, options: next(1) });
      onMessage(message);
    };
    const response = first(fixture.client, post(LETTERS, { blockBytes: 16 }));
    await fixture.clock.advance(1_000);
    expect(text(await response)).toBe("done");
    expect(upload.requests.map((message) => blockIn(message, OptionNumber.Block1)?.number)).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    expect(peer.received.filter(({ type }) => type === Type.RST)).toHaveLength(1);
    await expectNoState(fixture);
  });
});

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: { code: unknown }) => error.code,
  );
}

describe("Block2 (RFC 7959 §2.4)", () => {
  it("puts the blocks of a response together, each asked for with a token of its own", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    serve(fixture, () => LETTERS);
    const response = first(client, get());
    await clock.advance(200);
    expect(text(await response)).toBe(LETTERS);
    expect((await response).options.has(OptionNumber.Block2)).toBe(false);
    expect((await response).options.string(OptionNumber.ETag)).toBe("abcd");
    expect(peer.received.map((message) => blockIn(message, OptionNumber.Block2)?.number)).toEqual([undefined, 1, 2, 3]);
    expect(new Set(peer.received.map(({ token }) => token.join())).size).toBe(4);
    expect(peer.received[3]?.options.strings(OptionNumber.UriPath)).toEqual(["test"]);
    await expectNoState(fixture);
  });

  it("asks for small blocks from the first request on where blockBytes says so", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    serve(fixture, () => LETTERS, 6);
    const response = first(client, get({ blockBytes: 64 }));
    await clock.advance(200);
    expect(text(await response)).toBe(LETTERS);
    expect(peer.received.map((message) => blockIn(message, OptionNumber.Block2))).toMatchObject([
      { number: 0, szx: 2 },
      { number: 1, szx: 2 },
    ]);
    await expectNoState(fixture);
  });

  it("begins again where the representation changes on the way", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    let body = LETTERS;
    serve(fixture, () => body);
    const response = first(client, get());
    await clock.advance(30);
    expect(peer.received).toHaveLength(2);
    body = LETTERS.toUpperCase();
    await clock.advance(300);
    expect(text(await response)).toBe(LETTERS.toUpperCase());
    await expectNoState(fixture);
  });

  it("gives up where it always changes, and never repeats a POST", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    let version = 0;
    serve(fixture, () => `${String(version++).padStart(4, "0")}${LETTERS}`);
    const changing = rejection(first(client, get()));
    await clock.advance(1_000);
    expect(await changing).toBe("COAPKIT_ERR_PROTOCOL");
    const before = peer.received.length;
    const posted = rejection(first(client, post("x")));
    await clock.advance(1_000);
    expect(await posted).toBe("COAPKIT_ERR_PROTOCOL");
    expect(peer.received.length - before).toBe(2);
    await expectNoState(fixture);
  });

  it("refuses a body beyond responseLimitBytes as soon as it is known", async () => {
    const fixture = await openClient({ responseLimitBytes: 50 });
    const { client, clock, peer } = fixture;
    serve(fixture, () => LETTERS);
    const response = rejection(first(client, get()));
    await clock.advance(200);
    expect(await response).toBe("COAPKIT_ERR_RESPONSE_TOO_LARGE");
    expect(peer.received).toHaveLength(2);
    const allowed = first(client, get({ responseLimitBytes: 100 }));
    await clock.advance(200);
    expect(text(await allowed)).toBe(LETTERS);
    await expectNoState(fixture);
  });

  it("gives the refusal of a later block as the response", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = (message) => {
      const options = [blockOut(OptionNumber.Block2, 0, true, 0)];
      if (message.options.has(OptionNumber.Block2)) peer.send({ code: Code.NotFound });
      else peer.send({ code: Code.Content, options, payload: "0123456789abcdef" });
    };
    const response = first(client, get());
    await clock.advance(100);
    expect((await response).code).toBe(Code.NotFound);
    await expectNoState(fixture);
  });

  it("fails with ProtocolError for a block with SZX 7, and for one that was not asked for", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ code: Code.Content, options: [{ number: OptionNumber.Block2, value: 15 }] });
    const reserved = rejection(first(client, get()));
    await clock.advance(100);
    peer.onMessage = () => peer.send({ code: Code.Content, options: [blockOut(OptionNumber.Block2, 3, false, 0)] });
    const strange = rejection(first(client, get()));
    await clock.advance(100);
    expect(await Promise.all([reserved, strange])).toEqual(Array(2).fill("COAPKIT_ERR_PROTOCOL"));
    await expectNoState(fixture);
  });

  it("ends between two blocks when the signal fires", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    serve(fixture, () => LETTERS);
    const controller = new AbortController();
    const response = rejection(first(client, get(), controller.signal));
    await clock.advance(35);
    controller.abort();
    expect(await response).toBe("COAPKIT_ERR_ABORTED");
    await clock.advance(1_000);
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });
});

describe("stream", () => {
  it("gives blocks as they come, and asks for one when it is read", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    serve(fixture, () => LETTERS);
    const blocks = client.request(get({ stream: true }));
    const payloads: string[] = [];
    for (let number = 0; number < 4; number++) {
      const next = blocks.next();
      await clock.advance(1_000);
      const { value } = await next;
      if (value !== undefined) payloads.push(text(value));
      expect(peer.received).toHaveLength(number + 1);
    }
    expect(payloads.map(({ length }) => length)).toEqual([32, 32, 32, 4]);
    expect(payloads.join("")).toBe(LETTERS);
    expect((await blocks.next()).done).toBe(true);
    await expectNoState(fixture);
  });

  it("fails where the representation changes, and can be left", async () => {
    const fixture = await openClient();
    const { client, clock } = fixture;
    let body = LETTERS;
    serve(fixture, () => body);
    const changing = client.request(get({ stream: true }));
    const left = client.request(get({ stream: true }));
    const started = Promise.all([changing.next(), left.next()]);
    await clock.advance(100);
    await started;
    body = LETTERS.toUpperCase();
    const next = rejection(changing.next());
    await left.return?.();
    await clock.advance(100);
    expect(await next).toBe("COAPKIT_ERR_PROTOCOL");
    await expectNoState(fixture);
  });
});

describe("Block1 (RFC 7959 §2.5)", () => {
  it("sends a body that exceeds a block in blocks, with its size and a Request-Tag", async () => {
    const fixture = await openClient({ blockBytes: 32 });
    const { client, clock } = fixture;
    const upload = collect(fixture);
    const response = first(client, post(LETTERS));
    await clock.advance(200);
    expect(text(await response)).toBe("done");
    expect((await response).options.has(OptionNumber.Block1)).toBe(false);
    expect(upload.body).toBe(LETTERS);
    const { requests } = upload;
    expect(requests.map(({ payload }) => payload.length)).toEqual([32, 32, 32, 4]);
    expect(requests.map(({ options }) => options.uint(OptionNumber.Size1))).toEqual([
      100,
      undefined,
      undefined,
      undefined,
    ]);
    expect(new Set(requests.map(({ options }) => options.uint(OptionNumber.RequestTag))).size).toBe(1);
    expect(requests[0]?.options.has(OptionNumber.RequestTag)).toBe(true);
    expect(requests.map((message) => blockIn(message, OptionNumber.Block2)?.number)).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
    await expectNoState(fixture);
  });

  it("gives bodies that go at the same time different Request-Tags (RFC 9175 §3.4)", async () => {
    const fixture = await openClient();
    const { client, clock } = fixture;
    const upload = collect(fixture);
    const responses = ["a", "b"].map((letter) => first(client, post(letter.repeat(1_500))));
    await clock.advance(500);
    await Promise.all(responses);
    expect(new Set(upload.requests.map(({ options }) => options.uint(OptionNumber.RequestTag))).size).toBe(2);
    await expectNoState(fixture);
  });

  it("sends a body of one block as it is", async () => {
    const fixture = await openClient();
    const { client, clock } = fixture;
    const { requests } = collect(fixture);
    const response = first(client, post("x".repeat(1_024)));
    await clock.advance(50);
    await response;
    expect(requests).toHaveLength(1);
    const numbers = [OptionNumber.Block1, OptionNumber.RequestTag, OptionNumber.Size1];
    expect(numbers.map((number) => requests[0]?.options.has(number))).toEqual([false, false, false]);
    await expectNoState(fixture);
  });

  it("follows the server to smaller blocks", async () => {
    const fixture = await openClient({ blockBytes: 64 });
    const upload = collect(fixture, 0);
    const response = first(fixture.client, post(LETTERS));
    await fixture.clock.advance(500);
    await response;
    expect(upload.body).toBe(LETTERS);
    expect(upload.requests.map(({ payload }) => payload.length)).toEqual([64, 16, 16, 4]);
    expect(blockIn(upload.requests[1] as Message, OptionNumber.Block1)).toEqual({ number: 4, more: true, szx: 0 });
    await expectNoState(fixture);
  });

  it("begins again with smaller blocks after a 4.13 that says so (§2.9.3)", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const upload = collect(fixture, 1);
    const accept = peer.onMessage;
    peer.onMessage = (message) => {
      if (message.payload.length <= 32) return accept(message);
      peer.send({ code: Code.RequestEntityTooLarge, options: [blockOut(OptionNumber.Block1, 0, false, 1)] });
    };
    const response = first(client, post(LETTERS));
    await clock.advance(500);
    expect((await response).code).toBe(Code.Changed);
    expect(upload.body).toBe(LETTERS);
    await expectNoState(fixture);
  });

  it("stops at the answer of a server that does not want the rest", async () => {
    const fixture = await openClient({ blockBytes: 16 });
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send({ code: Code.Forbidden });
    const response = first(client, post(LETTERS));
    await clock.advance(500);
    expect((await response).code).toBe(Code.Forbidden);
    expect(peer.received).toHaveLength(1);
    await expectNoState(fixture);
  });

  it("reads a body from a source, and closes it", async () => {
    const fixture = await openClient({ blockBytes: 16 });
    const upload = collect(fixture);
    const bytes = new TextEncoder().encode(LETTERS);
    let closed = 0;
    const source = {
      sizeBytes: bytes.length,
      read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
      close: () => closed++,
    };
    const response = first(fixture.client, post(source));
    await fixture.clock.advance(500);
    await response;
    expect(upload.body).toBe(LETTERS);
    expect(closed).toBe(1);
    await expectNoState(fixture);
  });

  it("fetches an answer in blocks after a body in blocks (§2.7)", async () => {
    const fixture = await openClient({ blockBytes: 32 });
    const { client, clock, peer } = fixture;
    const upload = collect(fixture);
    const takeBlock = peer.onMessage;
    serve(fixture, () => LETTERS.toUpperCase(), 1, Code.Changed);
    const giveBlock = peer.onMessage;
    peer.onMessage = (message) => {
      const isLast = blockIn(message, OptionNumber.Block1)?.more !== true;
      if (isLast) giveBlock(message);
      else takeBlock(message);
    };
    const response = first(client, post(LETTERS));
    await clock.advance(500);
    expect(text(await response)).toBe(LETTERS.toUpperCase());
    expect(upload.body).toHaveLength(96);
    expect(peer.received.slice(4).map(({ payload }) => payload)).toEqual(["", "", ""]);
    await expectNoState(fixture);
  });
});

describe("Block2 of notifications (RFC 7959 §2.6)", () => {
  it("fetches the rest without Observe, and gives whole representations", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const responses = client.request(get({ observe: true }));
    const observe = (value: number) => ({ number: OptionNumber.Observe, value });
    const etag = { number: OptionNumber.ETag, value: "abcd" };
    const block = blockOut(OptionNumber.Block2, 0, true, 1);
    const registration = responses.next();
    await clock.advance(10);
    const { token } = peer.last;
    peer.send({ code: Code.Content, payload: "first", options: [observe(1)] });
    await clock.advance(20);
    await registration;
    serve(fixture, () => LETTERS);
    const next = responses.next();
    peer.send({
      type: Type.NON,
      token,
      code: Code.Content,
      payload: LETTERS.slice(0, 32),
      options: [observe(2), etag, block],
    });
    await clock.advance(200);
    const { value } = await next;
    expect(value && text(value)).toBe(LETTERS);
    const fetches = peer.received.slice(1);
    expect(fetches.map((message) => blockIn(message, OptionNumber.Block2)?.number)).toEqual([1, 2, 3]);
    expect(fetches.some(({ options }) => options.has(OptionNumber.Observe))).toBe(false);
    expect(fetches.some((message) => message.token.join() === token.join())).toBe(false);
    await responses.return?.();
    await clock.advance(100);
    await expectNoState(fixture);
  });
});

describe("a notification whose rest cannot be had", () => {
  async function notifyInBlocks(newer: string | undefined): Promise<unknown> {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    const observe = (value: number) => ({ number: OptionNumber.Observe, value });
    const responses = client.request(get({ observe: true }));
    const next = responses.next().then(
      ({ value }) => value && text(value),
      (error: { code: string }) => error.code,
    );
    await clock.advance(10);
    const { token } = peer.last;
    peer.onMessage = (message) => {
      if (message.type !== Type.CON || message.options.has(OptionNumber.Observe)) return;
      if (newer !== undefined)
        peer.send({ type: Type.NON, token, code: Code.Content, payload: newer, options: [observe(2)] });
      peer.send({
        token: message.token,
        messageId: message.messageId,
        code: Code.Content,
        options: [blockOut(OptionNumber.Block2, 9, false, 1)],
      });
    };
    peer.send({
      code: Code.Content,
      payload: LETTERS.slice(0, 32),
      options: [observe(1), blockOut(OptionNumber.Block2, 0, true, 1)],
    });
    await clock.advance(100);
    const result = await next;
    await responses.return?.();
    await clock.advance(10);
    peer.send({ code: Code.Content });
    await clock.advance(20);
    await expectNoState(fixture);
    return result;
  }

  it("gives way to a newer one", async () => expect(await notifyInBlocks("newer")).toBe("newer"));
  it("fails where there is none", async () => expect(await notifyInBlocks(undefined)).toBe("COAPKIT_ERR_PROTOCOL"));
});

describe("Echo (RFC 9175 §2.3)", () => {
  const challenge = { code: Code.Unauthorized, options: [{ number: OptionNumber.Echo, value: "fresh" }] };

  it("repeats a request once, with the value, and keeps it for the blocks that follow", async () => {
    const fixture = await openClient({ blockBytes: 32 });
    const { client, clock, peer } = fixture;
    const upload = collect(fixture);
    const accept = peer.onMessage;
    peer.onMessage = (message) => (message.options.has(OptionNumber.Echo) ? accept(message) : peer.send(challenge));
    const response = first(client, post(LETTERS));
    await clock.advance(500);
    expect((await response).code).toBe(Code.Changed);
    expect(upload.body).toBe(LETTERS);
    expect(upload.requests.map(({ options }) => options.string(OptionNumber.Echo))).toEqual(Array(4).fill("fresh"));
    await expectNoState(fixture);
  });

  it("gives the second 4.01 to the caller", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send(challenge);
    const response = first(client, get());
    await clock.advance(500);
    expect((await response).code).toBe(Code.Unauthorized);
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });

  it("gives the second 4.01 to a registration to the caller", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = () => peer.send(challenge);
    const response = first(client, get({ observe: true }));
    await clock.advance(500);
    expect((await response).code).toBe(Code.Unauthorized);
    expect(peer.received).toHaveLength(2);
    await expectNoState(fixture);
  });

  it("repeats a registration with the same token", async () => {
    const fixture = await openClient();
    const { client, clock, peer } = fixture;
    peer.onMessage = ({ options }) =>
      options.has(OptionNumber.Echo) ? peer.send({ code: Code.Content, payload: "once" }) : peer.send(challenge);
    const response = first(client, get({ observe: true }));
    await clock.advance(100);
    expect(text(await response)).toBe("once");
    expect(peer.received[0]?.token).toEqual(peer.received[1]?.token);
    await expectNoState(fixture);
  });
});
