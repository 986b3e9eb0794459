import { isCoapkitError } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { nodeCoap } from "../src/index.js";
import {
  ACK,
  CON,
  CONTENT,
  GET,
  NON,
  POST,
  PUT,
  RawPeer,
  RST,
  realClock,
  recordingLogger,
  startRig,
  textOf,
  textResponse,
  uriOf,
} from "./rig.js";

describe("requests", () => {
  it("hands over method, token, raw options and payload, and piggybacks the response", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    const options = [
      { number: 11, value: "a" },
      { number: 11, value: "b" },
      { number: 65001, value: Uint8Array.of(1, 2, 3) },
    ];
    peer.send({ code: POST, messageId: 7, token: "ab", options, payload: "hello" });
    const exchange = await rig.nextExchange();
    const { request } = exchange;
    expect(request).toMatchObject({ method: POST, confirmable: true, messageId: 7 });
    const address = "127.0.0.1";
    expect(request.peer).toEqual({ key: `${address}:${peer.port}`, scheme: "coap", address, port: peer.port });
    expect(request.options.strings(11)).toEqual(["a", "b"]);
    expect(request.options.bytes(65001)).toEqual(Buffer.of(1, 2, 3));
    expect(textOf(request)).toBe("hello");
    exchange.respond(textResponse("ünï"));
    const reply = await peer.next();
    expect(reply).toMatchObject({ type: ACK, code: CONTENT, messageId: 7, token: Buffer.from("ab") });
    expect(reply.options.uint(12)).toBe(0);
    expect(textOf(reply)).toBe("ünï");
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 31])("hands over method 0.%i, whatever options it lacks", async (code) => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse(`${exchange.request.method}`)),
    });
    await using peer = await RawPeer.to(rig.address.port);
    expect(textOf(await peer.ask({ code, messageId: 1, token: "t" }))).toBe(`${code}`);
  });

  it("hands over critical options that nobody knows, for the kernel to answer 4.02", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ messageId: 1, options: [{ number: 9999, value: "x" }], type: NON });
    const { request } = await rig.nextExchange();
    expect([...request.options]).toEqual([{ number: 9999, value: Buffer.from("x") }]);
    expect(rig.engine.counters).toMatchObject({ requests: 1, openExchanges: 1 });
  });

  it("hands over requests without a token and answers without one", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("x")) });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1 })).toMatchObject({ code: CONTENT, token: Buffer.of() });
  });

  it("answers 5.00 when the listener throws", async () => {
    await using rig = await startRig({
      handler: () => {
        throw new Error("bug");
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1 })).toMatchObject({ code: 0xa0, payload: Buffer.of() });
    expect(rig.logs.some(({ level }) => level === "error")).toBe(true);
  });
});

describe("responses", () => {
  it("carries repeated and custom options and no Content-Format of its own", async () => {
    const options = [
      { number: 8, value: "rooms" },
      { number: 8, value: "7" },
      { number: 65004, value: 258 },
      { number: 4, value: Uint8Array.of(9) },
      { number: 4, value: Uint8Array.of(8, 7) },
    ];
    await using rig = await startRig({
      handler: (exchange) => exchange.respond({ code: 0x41, contentFormat: undefined, options, payload: "" }),
    });
    await using peer = await RawPeer.to(rig.address.port);
    const reply = await peer.ask({ code: POST, messageId: 1, token: "t" });
    expect(reply.code).toBe(0x41);
    expect(reply.options.strings(8)).toEqual(["rooms", "7"]);
    expect(reply.options.all(4)).toEqual([Buffer.of(9), Buffer.of(8, 7)]);
    expect(reply.options.uint(65004)).toBe(258);
    expect(reply.options.has(12)).toBe(false);
    expect(reply.payload).toHaveLength(0);
  });

  it("sends binary payloads byte by byte", async () => {
    const payload = Uint8Array.from({ length: 256 }, (_, index) => index);
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse(payload)) });
    await using peer = await RawPeer.to(rig.address.port);
    expect((await peer.ask({ messageId: 1 })).payload).toEqual(Buffer.from(payload));
  });

  it("responds once", async () => {
    await using rig = await startRig({
      handler: (exchange) => {
        exchange.respond(textResponse("first"));
        exchange.respond(textResponse("second"));
        exchange.ignore();
      },
    });
    await using peer = await RawPeer.to(rig.address.port);
    expect(textOf(await peer.ask({ messageId: 1 }))).toBe("first");
    expect(await peer.ask({ messageId: 2, code: 0 })).toMatchObject({ type: RST, messageId: 2 });
  });

  it("answers NON with NON", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("x")) });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ type: NON, messageId: 1, token: "t" })).toMatchObject({
      type: NON,
      token: Buffer.from("t"),
    });
  });

  it("answers 5.00 when the options alone exceed a message, and logs it", async () => {
    const options = [{ number: 65004, value: new Uint8Array(1300) }];
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("x", options)) });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1 })).toMatchObject({ code: 0xa0 });
    expect(rig.logs.map(({ level }) => level)).toContain("error");
  });
});

describe("what npm coap keeps", () => {
  it.each([CON, NON])("is freed with the response to type %i, timers too", async (type) => {
    await using rig = await startRig({ handler: (exchange) => exchange.respond(textResponse("x")) });
    await using peer = await RawPeer.to(rig.address.port);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    for (let messageId = 0; messageId < 50; messageId++) await peer.ask({ type, messageId, token: "t" });
    expect(timers() - before).toBeLessThan(5);
  });

  it("is freed after an empty acknowledgement and the one that a separate response got", async () => {
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    await using peer = await RawPeer.to(rig.address.port);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    for (let messageId = 0; messageId < 20; messageId++) {
      await peer.ask({ messageId, token: "t" });
      (await rig.nextExchange()).respond(textResponse("late"));
      peer.send({ type: ACK, code: 0, messageId: (await peer.next()).messageId });
    }
    await peer.ask({ code: 0, messageId: 100 });
    expect(timers() - before).toBeLessThan(5);
  });
});

describe("requests without a response", () => {
  it("is silent after ignore() for NON", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.ignore() });
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ type: NON, messageId: 1, token: "t" });
    expect(await peer.ask({ messageId: 2, code: 0 })).toMatchObject({ type: RST, messageId: 2 });
    expect(rig.engine.counters.openExchanges).toBe(0);
  });

  it("sends an empty acknowledgement after ignore() for CON", async () => {
    await using rig = await startRig({ handler: (exchange) => exchange.ignore() });
    await using peer = await RawPeer.to(rig.address.port);
    expect(await peer.ask({ messageId: 1, token: "t" })).toMatchObject({ type: ACK, code: 0, messageId: 1 });
  });

  it.each([
    [2, 0x44, true],
    [8, 0x44, false],
    [8, 0x84, true],
    [26, 0xa0, true],
    [0, 0x44, false],
  ])("with No-Response %i and code byte %i leaves the response out: %s (RFC 7967)", async (value, code, isLeftOut) => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond({ code, contentFormat: undefined, options: [], payload: "" }),
    });
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ type: NON, code: PUT, messageId: 1, token: "t", options: [{ number: 258, value }] });
    peer.send({ messageId: 2, code: 0 });
    expect((await peer.next()).type).toBe(isLeftOut ? RST : NON);
  });
});

describe("duplicates (RFC 7252 §4.5)", () => {
  it("replays the reply without a second run", async () => {
    await using rig = await startRig();
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ code: POST, messageId: 5, token: "t" });
    (await rig.nextExchange()).respond(textResponse("once"));
    const first = await peer.next();
    expect(await peer.ask({ code: POST, messageId: 5, token: "t" })).toEqual(first);
    expect(rig.exchanges).toHaveLength(0);
    expect(rig.engine.counters).toMatchObject({ requests: 1, duplicates: 1 });
  });

  it("does not run a request again that is still being worked on", async () => {
    await using rig = await startRig({ options: { piggybackMs: 60_000 } });
    await using peer = await RawPeer.to(rig.address.port);
    peer.send({ code: POST, messageId: 5, token: "t" });
    const exchange = await rig.nextExchange();
    peer.send({ code: POST, messageId: 5, token: "t" });
    await peer.ask({ code: 0, messageId: 6 });
    exchange.respond(textResponse("once"));
    expect(textOf(await peer.next())).toBe("once");
    expect(rig.exchanges).toHaveLength(0);
  });

  it("repeats the empty acknowledgement once the response went out separately", async () => {
    await using rig = await startRig({ options: { piggybackMs: 0 } });
    await using peer = await RawPeer.to(rig.address.port);
    const acknowledgement = await peer.ask({ code: POST, messageId: 5, token: "t" });
    (await rig.nextExchange()).respond(textResponse("late"));
    const response = await peer.next();
    expect(response).toMatchObject({ type: CON, token: Buffer.from("t") });
    peer.send({ type: ACK, code: 0, messageId: response.messageId });
    expect(await peer.ask({ code: POST, messageId: 5, token: "t" })).toEqual(acknowledgement);
    expect(rig.exchanges).toHaveLength(0);
  });

  it("takes a reused message ID with other content for a new request", async () => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse(exchange.request.options.strings(11).join("/"))),
    });
    await using peer = await RawPeer.to(rig.address.port);
    expect(textOf(await peer.ask({ messageId: 5, options: [{ number: 11, value: "a" }] }))).toBe("a");
    expect(textOf(await peer.ask({ messageId: 5, options: [{ number: 11, value: "b" }] }))).toBe("b");
  });
});

describe("listening", () => {
  it("serves several addresses, IPv6 among them", async () => {
    await using rig = await startRig({
      handler: (exchange) => exchange.respond(textResponse(exchange.request.peer.key)),
    });
    const second = await rig.engine.listen(uriOf("coap://[::1]:0"), (exchange) => {
      exchange.respond(textResponse(exchange.request.peer.key));
    });
    expect(second).toMatchObject({ scheme: "coap", address: "::1" });
    for (const uri of [rig.uri("/a"), uriOf(`coap://[::1]:${second.port}/a`)]) {
      for await (const response of rig.engine.request({ uri, method: GET })) {
        expect(textOf(response)).toMatch(/^(127\.0\.0\.1|\[::1\]):\d+$/);
      }
    }
    expect(rig.engine.counters.requests).toBe(2);
  });

  it("rejects with the address and the cause when the port is taken", async () => {
    await using rig = await startRig();
    const uri = rig.uri("/");
    const error = await rig.engine.listen(uri, () => {}).catch((reason: unknown) => reason);
    expect(isCoapkitError(error, "COAPKIT_ERR_ADDRESS")).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining(`127.0.0.1:${rig.address.port}`),
      cause: { code: "EADDRINUSE" },
    });
  });

  it("refuses schemes other than coap", async () => {
    await using rig = await startRig();
    await expect(rig.engine.listen(uriOf("coaps://127.0.0.1:0"), () => {})).rejects.toThrow(/coap:\/\/ over UDP only/);
  });
});

describe("options", () => {
  it("names an unknown option", () => {
    expect(() => nodeCoap({ piggyback: 1 } as never)).toThrow(/piggyback: unknown option/);
  });

  it("names every capability that it lacks with a reason", () => {
    const engine = nodeCoap()({
      clock: realClock,
      log: recordingLogger([]),
      options: [] as never,
      bodyLimitBytes: () => 1,
    });
    const lacking = Object.entries(engine.capabilities).filter(([, capability]) => !capability.supported);
    expect(lacking.map(([name]) => name)).toEqual(["callBack"]);
  });
});
