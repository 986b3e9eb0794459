import type { ClientRequest, ClientResponse, Exchange } from "@coapkit/core";
import { isCoapkitError, OptionNumber } from "@coapkit/protocol";
import { defaultTiming } from "coap";
import { afterEach, describe, expect, it } from "vitest";
import { blockEntry } from "../src/message/block-option.js";
import {
  ACK,
  CON,
  CONTENT,
  GET,
  NON,
  POST,
  PUT,
  RawPeer,
  type Rig,
  RST,
  startRig,
  textOf,
  textResponse,
  uriOf,
} from "./rig.js";

async function all(responses: AsyncIterable<ClientResponse>): Promise<ClientResponse[]> {
  const list: ClientResponse[] = [];
  for await (const response of responses) list.push(response);
  return list;
}

async function one(rig: Rig, request: ClientRequest): Promise<ClientResponse> {
  const list = await all(rig.engine.request(request));
  expect(list).toHaveLength(1);
  return list[0] as ClientResponse;
}

/** A server of which the test plays every message. */
async function scripted(): Promise<RawPeer> {
  return RawPeer.to(9);
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const echo = (exchange: Exchange) => {
  const { method, options, payload } = exchange.request;
  const path = `${method} /${options.strings(OptionNumber.UriPath).join("/")}?${options.strings(OptionNumber.UriQuery).join("&")}`;
  exchange.respond(textResponse(payload.length > 0 ? payload : path, [{ number: 65004, value: "opaque" }]));
};

describe("a request", () => {
  afterEach(() => defaultTiming());

  it.each([1, 2, 3, 4, 5, 6, 7])("with method 0.0%i carries path, query and options", async (method) => {
    await using rig = await startRig({ handler: echo });
    const response = await one(rig, { uri: rig.uri("/a/b%20c?x=1&y"), method });
    expect(textOf(response)).toBe(`${method} /a/b c?x=1&y`);
    expect(response.code).toBe(CONTENT);
    expect(response.options.string(65004)).toBe("opaque");
    expect(rig.engine.counters).toMatchObject({ clientRequests: 1, openRequests: 0 });
  });

  it("goes out as NON where asked", async () => {
    const types: boolean[] = [];
    await using rig = await startRig({
      handler: (exchange) => {
        types.push(exchange.request.confirmable);
        exchange.respond(textResponse("x"));
      },
    });
    await one(rig, { uri: rig.uri("/"), method: GET, confirmable: false });
    await one(rig, { uri: rig.uri("/"), method: GET });
    expect(types).toEqual([false, true]);
  });

  it("uploads 5 KB and downloads 5 KB", async () => {
    const body = "0123456789".repeat(512);
    await using rig = await startRig({ handler: echo });
    const response = await one(rig, { uri: rig.uri("/big"), method: PUT, payload: body });
    expect(textOf(response)).toBe(body);
    expect(rig.engine.counters).toMatchObject({ uploads: 0, openExchanges: 0 });
  });

  it("says by Size1 how large a body of several blocks is (RFC 7959 §4), and of one block nothing", async () => {
    await using rig = await startRig({ options: { responseTimeoutMs: 500 } });
    await using server = await scripted();
    const uri = uriOf(`coap://127.0.0.1:${server.port}`);
    for (const [sizeBytes, size1] of [
      [1_024, undefined],
      [2_500, 2_500],
    ] as const) {
      const pending = one(rig, { uri, method: PUT, payload: "x".repeat(sizeBytes) });
      const { message, port } = await server.nextFrom();
      expect(message.options.uint(OptionNumber.Size1)).toBe(size1);
      const token = Buffer.from(message.token).toString("latin1");
      server.send({ type: ACK, code: 0x8d, messageId: message.messageId, token }, port);
      await pending;
    }
  });

  it("stops an upload that the server refuses, and says why", async () => {
    await using rig = await startRig({ bodyLimitBytes: 2000, handler: echo });
    const response = await one(rig, { uri: rig.uri("/big"), method: PUT, payload: "x".repeat(50_000) });
    expect(response.code).toBe(0x8d);
    expect(response.options.uint(OptionNumber.Size1)).toBe(2000);
    expect(rig.engine.counters.requests).toBeLessThanOrEqual(2);
  });

  it("takes a separate response", async () => {
    await using rig = await startRig({
      options: { piggybackMs: 0 },
      handler: (exchange) => setImmediate(() => setTimeout(() => exchange.respond(textResponse("late")), 1)),
    });
    expect(textOf(await one(rig, { uri: rig.uri("/"), method: GET }))).toBe("late");
  });

  it("shares one socket with others to the same host", async () => {
    const ports = new Set<number>();
    await using rig = await startRig({
      handler: (exchange) => {
        ports.add(exchange.request.peer.port);
        exchange.respond(textResponse("x"));
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => one(rig, { uri: rig.uri("/"), method: GET })));
    expect(ports.size).toBe(1);
  });
});

describe("a request that fails", () => {
  it("throws a TimeoutError", async () => {
    await using rig = await startRig({ options: { responseTimeoutMs: 20 } });
    await using silent = await scripted();
    const error = await errorOf(
      all(rig.engine.request({ uri: uriOf(`coap://127.0.0.1:${silent.port}`), method: GET })),
    );
    expect(isCoapkitError(error, "COAPKIT_ERR_TIMEOUT")).toBe(true);
    expect(rig.engine.counters).toMatchObject({ clientTimeouts: 1, openRequests: 0 });
  });

  it("throws a ResetError", async () => {
    await using rig = await startRig();
    await using server = await scripted();
    const failing = errorOf(all(rig.engine.request({ uri: uriOf(`coap://127.0.0.1:${server.port}`), method: GET })));
    const { message, port } = await server.nextFrom();
    server.send({ type: RST, code: 0, messageId: message.messageId }, port);
    expect(isCoapkitError(await failing, "COAPKIT_ERR_RESET")).toBe(true);
  });

  it("throws an AbortedError with the reason, also when it is aborted already", async () => {
    await using rig = await startRig();
    await using silent = await scripted();
    const request = { uri: uriOf(`coap://127.0.0.1:${silent.port}`), method: GET };
    const controller = new AbortController();
    const failing = errorOf(all(rig.engine.request(request, controller.signal)));
    await silent.next();
    controller.abort(new Error("enough"));
    expect(await failing).toMatchObject({ code: "COAPKIT_ERR_ABORTED", cause: { message: "enough" } });
    const again = await errorOf(all(rig.engine.request(request, controller.signal)));
    expect(isCoapkitError(again, "COAPKIT_ERR_ABORTED")).toBe(true);
  });

  it("throws a ClosedError when the engine closes, and after", async () => {
    await using rig = await startRig();
    await using silent = await scripted();
    const request = { uri: uriOf(`coap://127.0.0.1:${silent.port}`), method: GET };
    const failing = errorOf(all(rig.engine.request(request)));
    await silent.next();
    await rig.engine.close(0);
    expect(isCoapkitError(await failing, "COAPKIT_ERR_CLOSED")).toBe(true);
    expect(isCoapkitError(await errorOf(all(rig.engine.request(request))), "COAPKIT_ERR_CLOSED")).toBe(true);
  });

  it("throws an AddressError for port 0, for an unknown host and for another scheme", async () => {
    await using rig = await startRig();
    for (const uri of ["coap://127.0.0.1:0", "coap://nowhere.invalid", "coaps://127.0.0.1"]) {
      const error = await errorOf(all(rig.engine.request({ uri: uriOf(uri), method: GET })));
      expect(isCoapkitError(error, "COAPKIT_ERR_ADDRESS"), uri).toBe(true);
    }
  });

  it("throws a ProtocolError for a response larger than it takes", async () => {
    await using rig = await startRig({
      options: { responseLimitBytes: 2000 },
      handler: (exchange) => exchange.respond(textResponse("x".repeat(3000))),
    });
    const error = await errorOf(all(rig.engine.request({ uri: rig.uri("/"), method: GET })));
    expect(isCoapkitError(error, "COAPKIT_ERR_PROTOCOL")).toBe(true);
  });
});

describe("a server that misbehaves", () => {
  it("cannot be impersonated from another address", async () => {
    await using rig = await startRig();
    await using server = await scripted();
    await using stranger = await scripted();
    const pending = one(rig, { uri: uriOf(`coap://127.0.0.1:${server.port}`), method: GET });
    const { message, port } = await server.nextFrom();
    const answer = {
      code: CONTENT,
      messageId: message.messageId,
      token: Buffer.from(message.token).toString("latin1"),
    };
    stranger.send({ ...answer, type: CON, payload: "false" }, port);
    expect(await stranger.next()).toMatchObject({ type: RST });
    server.send({ ...answer, type: ACK, payload: "true" }, port);
    expect(textOf(await pending)).toBe("true");
    expect(rig.engine.counters.droppedUnknownPeer).toBe(1);
  });

  it("cannot end the process with block options that npm coap throws on", async () => {
    await using rig = await startRig();
    await using server = await scripted();
    const failing = errorOf(all(rig.engine.request({ uri: uriOf(`coap://127.0.0.1:${server.port}`), method: POST })));
    const { message, port } = await server.nextFrom();
    server.send(
      {
        type: ACK,
        code: CONTENT,
        messageId: message.messageId,
        token: Buffer.from(message.token).toString("latin1"),
        options: [{ number: OptionNumber.Block1, value: new Uint8Array(5) }],
      },
      port,
    );
    expect(isCoapkitError(await failing, "COAPKIT_ERR_PROTOCOL")).toBe(true);
  });

  it("has its repeated blocks counted once", async () => {
    await using rig = await startRig();
    await using server = await scripted();
    const pending = one(rig, { uri: uriOf(`coap://127.0.0.1:${server.port}`), method: GET });
    const token = async () => {
      const { message, port } = await server.nextFrom();
      return { messageId: message.messageId, token: Buffer.from(message.token).toString("latin1"), port };
    };
    const block = (num: number, more: boolean) => [blockEntry(OptionNumber.Block2, { num, more, szx: 0 })];
    const first = await token();
    const zero = { type: ACK, code: CONTENT, ...first, options: block(0, true), payload: "0123456789abcdef" };
    server.send(zero, first.port);
    server.send(zero, first.port);
    const second = await token();
    server.send({ type: ACK, code: CONTENT, ...second, options: block(1, false), payload: "end" }, second.port);
    expect(textOf(await pending)).toBe("0123456789abcdefend");
  });
});

describe("an observation", () => {
  it("yields every notification and deregisters when it is left", async () => {
    await using rig = await startRig();
    const observed: string[] = [];
    const serving = rig.nextExchange();
    const reading = (async () => {
      for await (const response of rig.engine.request({ uri: rig.uri("/o"), method: GET, observe: true })) {
        observed.push(textOf(response));
        if (observed.length === 3) break;
        (await serving).notify(textResponse(`state ${observed.length}`));
      }
    })();
    const exchange = await serving;
    const lost = new Promise<void>((resolve) => exchange.onInterestLost(() => resolve()));
    exchange.notify(textResponse("state 0"));
    await reading;
    await lost;
    expect(observed).toEqual(["state 0", "state 1", "state 2"]);
    (await rig.nextExchange()).respond(textResponse("bye"));
    expect(rig.engine.counters).toMatchObject({ observers: 0, openRequests: 0 });
  });

  it("takes notifications of several blocks", async () => {
    await using rig = await startRig();
    const bodies = ["a", "b", "c"].map((letter) => letter.repeat(2500));
    const serving = rig.nextExchange();
    const reading = (async () => {
      const observed: string[] = [];
      for await (const response of rig.engine.request({ uri: rig.uri("/o"), method: GET, observe: true })) {
        observed.push(textOf(response));
        if (observed.length === 3) return observed;
        (await serving).notify(textResponse(bodies[observed.length] as string));
      }
      return observed;
    })();
    (await serving).notify(textResponse(bodies[0] as string));
    expect(await reading).toEqual(bodies);
    expect(rig.engine.counters.observersLost).toBeLessThanOrEqual(1);
  });

  it("ends where the server does not keep an observer", async () => {
    await using rig = await startRig({ handler: echo });
    const responses = await all(rig.engine.request({ uri: rig.uri("/o"), method: GET, observe: true }));
    expect(responses).toHaveLength(1);
  });

  it("ends with the error that ends it", async () => {
    await using rig = await startRig();
    const reading = all(rig.engine.request({ uri: rig.uri("/o"), method: GET, observe: true }));
    const exchange = await rig.nextExchange();
    exchange.notify(textResponse("state"));
    exchange.notify({ code: 0x84, contentFormat: undefined, options: [], payload: "gone" });
    expect((await reading).map(({ code }) => code)).toEqual([CONTENT, 0x84]);
  });

  it("skips a notification that is older than the one before", async () => {
    await using rig = await startRig();
    await using server = await scripted();
    const reading = all(
      rig.engine.request({ uri: uriOf(`coap://127.0.0.1:${server.port}`), method: GET, observe: true }),
    );
    const { message, port } = await server.nextFrom();
    const token = Buffer.from(message.token).toString("latin1");
    const observe = (value: number) => ({ code: CONTENT, token, options: [{ number: OptionNumber.Observe, value }] });
    server.send({ type: ACK, messageId: message.messageId, payload: "ten", ...observe(10) }, port);
    server.send({ type: NON, messageId: 1, payload: "nine", ...observe(9) }, port);
    server.send({ type: CON, messageId: 2, payload: "eleven", ...observe(11) }, port);
    expect(await server.next()).toMatchObject({ type: ACK, messageId: 2 });
    server.send({ type: CON, code: CONTENT, token, messageId: 3, payload: "last" }, port);
    expect((await reading).map(textOf)).toEqual(["ten", "eleven", "last"]);
  });
});
