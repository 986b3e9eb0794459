import { OptionsView, TimeoutError } from "@coapkit/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type AppOptions,
  BodyStream,
  CoapError,
  Code,
  type OptionEntry,
  OptionNumber,
  Payload,
  Post,
  Resource,
  type RouteDefinition,
} from "../src/index.js";
import { type Answer, DirectEngine } from "./support/direct-engine.js";
import { deferred, settle } from "./support/fake-clock.js";
import { appWith, failure, testApp } from "./support/test-app.js";

const bytes = (text: string) => new TextEncoder().encode(text);

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.map((chunk) => new TextDecoder().decode(chunk)).join("|");
}

/** A body whose chunks the test sends. */
class Upload implements AsyncIterableIterator<Uint8Array> {
  reads = 0;
  left = 0;
  #next = deferred<IteratorResult<Uint8Array>>();

  next() {
    this.reads++;
    return this.#next.promise;
  }
  async return(): Promise<IteratorResult<Uint8Array>> {
    this.left++;
    return { done: true, value: undefined };
  }
  [Symbol.asyncIterator]() {
    return this;
  }

  async send(text: string) {
    await this.#settle({ done: false, value: bytes(text) });
  }
  async end() {
    await this.#settle({ done: true, value: undefined });
  }
  async fail(error: Error) {
    this.#next.reject(error);
    await settle();
  }
  async #settle(result: IteratorResult<Uint8Array>) {
    const { resolve } = this.#next;
    this.#next = deferred();
    resolve(result);
    await settle();
  }
}

describe("a body that is taken as it arrives", () => {
  let engine: DirectEngine;
  let answers: Answer[];
  let upload: Upload;

  beforeEach(() => {
    engine = new DirectEngine();
    answers = [];
    upload = new Upload();
  });

  async function open(route: Partial<RouteDefinition> & Pick<RouteDefinition, "handler">, options: AppOptions = {}) {
    const parts = await appWith(
      { method: "PUT", payload: "stream", ...route },
      { engine: engine.factory, handlerTimeoutMs: 100, ...options },
    );
    await parts.app.listen("coap://localhost");
    return parts;
  }
  const put = (bodyStream: AsyncIterable<Uint8Array>, extra: OptionEntry[] = []) =>
    engine.handUp(
      { respond: (answer) => void answers.push(answer) },
      {
        method: Code.PUT,
        bodyStream,
        options: OptionsView.of([{ number: OptionNumber.UriPath, value: "x" }, ...extra]),
      },
    );
  const codes = () => answers.map(({ code }) => code);

  it("reaches the handler chunk by chunk", async () => {
    await open({ handler: async ({ bodyStream }) => await textOf(bodyStream) });
    put(upload);
    await upload.send("one");
    await upload.send("two");
    expect(answers).toEqual([]);
    await upload.end();
    expect(answers).toMatchObject([{ code: Code.Changed, payload: "one|two" }]);
  });

  it("stops the handler's time while a chunk is awaited, and begins it anew with the chunk", async () => {
    const gate = deferred();
    const { app, clock } = await open({
      handler: async ({ bodyStream }) => {
        await textOf(bodyStream);
        await gate.promise;
      },
    });
    put(upload);
    for (let i = 0; i < 5; i++) {
      clock.advance(1_000);
      await upload.send("chunk");
    }
    clock.advance(1_000);
    await upload.end();
    clock.advance(99);
    expect([codes(), app.counters?.inFlight]).toEqual([[], 1]);
    clock.advance(1);
    expect([codes(), app.counters]).toMatchObject([[Code.ServiceUnavailable], { timeouts: 1, inFlight: 0 }]);
    expect(clock.pending).toBe(0);
  });

  it("does not stop the time of a handler that reads nothing", async () => {
    const { clock } = await open({ handler: () => deferred().promise });
    put(upload);
    clock.advance(100);
    expect(codes()).toEqual([Code.ServiceUnavailable]);
  });

  it("is cut by close while a chunk is awaited, and aborts the signal", async () => {
    let signal: AbortSignal | undefined;
    const { app, clock } = await open({
      handler: (ctx) => {
        signal = ctx.signal;
        return textOf(ctx.bodyStream);
      },
    });
    put(upload);
    const closing = app.close();
    await settle();
    clock.advance(4_000);
    await closing;
    expect([codes(), signal?.aborted, app.counters?.inFlight]).toEqual([[Code.ServiceUnavailable], true, 0]);
  });

  it("throws a CoapError 4.08 when it cannot be completed, which is the answer unless it is caught", async () => {
    const cause = new TimeoutError("No block came in time.");
    const { log } = await open({ handler: ({ bodyStream }) => textOf(bodyStream) });
    put(upload);
    await upload.send("one");
    await upload.fail(cause);
    expect([codes(), log.errors]).toEqual([[Code.RequestEntityIncomplete], []]);
  });

  it("goes on failing for a handler that reads on", async () => {
    const caught: unknown[] = [];
    await open({
      handler: async ({ bodyStream }) => {
        const chunks = bodyStream[Symbol.asyncIterator]();
        for (let i = 0; i < 2; i++) await chunks.next().catch((error: unknown) => caught.push(error));
      },
    });
    const cause = new TimeoutError("No block came in time.");
    put(upload);
    await upload.fail(cause);
    expect(caught).toHaveLength(2);
    for (const error of caught) {
      expect(error).toBeInstanceOf(CoapError);
      expect(error).toMatchObject({ responseCode: Code.RequestEntityIncomplete, cause });
    }
    expect(codes()).toEqual([Code.Changed]);
  });

  it("tells the engine when its handler reads no further", async () => {
    await open({
      handler: async ({ bodyStream }) => {
        for await (const chunk of bodyStream) return chunk.length;
        return 0;
      },
      produces: [],
    });
    put(upload);
    await upload.send("one");
    expect([upload.left, answers.length]).toEqual([1, 1]);
  });

  it("ends with 4.13 and Size1 above the limit of the route, whoever counts", async () => {
    await open({ bodyLimitBytes: 5, handler: ({ bodyStream }) => textOf(bodyStream) });
    put(upload);
    await upload.send("1234");
    await upload.send("56");
    expect(answers).toMatchObject([
      { code: Code.RequestEntityTooLarge, options: [{ number: OptionNumber.Size1, value: 5 }] },
    ]);
  });

  it("is checked for its Content-Format before the handler runs", async () => {
    let runs = 0;
    await open({ consumes: ["application/octet-stream"], handler: () => void runs++ });
    put(upload, [{ number: OptionNumber.ContentFormat, value: 0 }]);
    put(upload);
    put(upload, [{ number: OptionNumber.ContentFormat, value: 42 }]);
    expect([codes(), runs, upload.reads]).toEqual([
      [Code.UnsupportedContentFormat, Code.BadRequest, Code.Changed],
      1,
      0,
    ]);
  });

  it("may be wrapped by a hook before the handler", async () => {
    const { app } = await testApp();
    app.hook("preHandler", (ctx) => {
      const { bodyStream } = ctx;
      ctx.bodyStream = (async function* () {
        for await (const chunk of bodyStream) yield chunk.map((byte) => byte + 1);
      })();
    });
    app.route({ method: "POST", path: "x", payload: "stream", handler: ({ bodyStream }) => textOf(bodyStream) });
    expect((await app.inject({ method: "POST", path: "/x", payload: "HAL" })).text).toBe("IBM");
  });

  it("is asked of the engine for its routes alone", async () => {
    const { app } = await open({ handler: () => undefined });
    expect(app.routes.find(({ path }) => path === "/x")).toMatchObject({ takesPayload: false, streamsBody: true });
    const streams = (method: number, ...options: OptionEntry[]) =>
      engine.host?.streamsBody?.(method, OptionsView.of(options));
    const x = { number: OptionNumber.UriPath, value: "x" };
    expect([
      streams(Code.PUT, x),
      streams(Code.POST, x),
      streams(Code.PUT),
      streams(Code.PUT, x, { number: 65_001, value: 1 }),
    ]).toEqual([true, false, false, false]);
  });
});

describe("a body that the engine has whole", () => {
  @Resource("files")
  class Files {
    @Post() async write(@BodyStream() body: AsyncIterable<Uint8Array>) {
      return await textOf(body);
    }
  }

  it("is one chunk, or none", async () => {
    const { app } = await testApp({ resources: [Files] });
    const post = { method: "POST", path: "/files" } as const;
    expect((await app.inject({ ...post, payload: "whole" })).text).toBe("whole");
    expect((await app.inject(post)).text).toBe("");
    const large = await app.inject({ ...post, payload: new Uint8Array(1_048_577) });
    expect(large.code).toBe("4.13");
  });

  it("is a copy, which outlives the request's bytes", async () => {
    const engine = new DirectEngine();
    const gate = deferred<void>();
    const answers: Answer[] = [];
    const { app } = await appWith(
      {
        method: "PUT",
        payload: "stream",
        handler: async ({ bodyStream }) => {
          await gate.promise;
          return textOf(bodyStream);
        },
      },
      { engine: engine.factory },
    );
    await app.listen("coap://localhost");
    const payload = bytes("mine");
    engine.handUp({ respond: (answer) => void answers.push(answer) }, { method: Code.PUT, payload });
    payload.fill(0);
    gate.resolve();
    await settle();
    expect(answers).toMatchObject([{ payload: "mine" }]);
  });

  it("is empty for routes that take no stream", async () => {
    const { app } = await appWith({ method: "PUT", payload: true, handler: ({ bodyStream }) => textOf(bodyStream) });
    const reply = await app.inject({ method: "PUT", path: "/x", payload: "text", contentFormat: 0 });
    expect([reply.code, reply.text]).toEqual(["4.15", expect.any(String)]);
    const { app: other } = await appWith({ method: "PUT", handler: ({ bodyStream }) => textOf(bodyStream) });
    expect((await other.inject({ method: "PUT", path: "/x", payload: "text" })).text).toBe("");
  });
});

describe("boot", () => {
  it.each(["GET", "DELETE"] as const)("refuses a %s that takes a stream, and names it", async (method) => {
    const { app } = await testApp();
    const route = { method, path: "/logs", payload: "stream", handler: () => "" } as const;
    const { code, message } = await failure(() => app.route(route));
    expect([code, message]).toEqual([
      "COAPKIT_ERR_OPTIONS_INVALID",
      `${method} /logs takes the body of a ${method} as a stream, but a ${method} has none; use POST, PUT, FETCH, PATCH or IPATCH.`,
    ]);
  });

  it("refuses a handler that takes the body whole and as a stream, or twice as a stream", async () => {
    @Resource("both")
    class Both {
      @Post() write(@Payload() _value: unknown, @BodyStream() _body: AsyncIterable<Uint8Array>) {}
    }
    @Resource("twice")
    class Twice {
      @Post() write(@BodyStream() _one: AsyncIterable<Uint8Array>, @BodyStream() _two: AsyncIterable<Uint8Array>) {}
    }
    expect(await failure(() => testApp({ resources: [Both] }))).toMatchObject({
      code: "COAPKIT_ERR_DECORATOR_MISUSE",
      message: "Both.write takes the payload twice; keep one @BodyStream() or @Payload().",
    });
    expect(await failure(() => testApp({ resources: [Twice] }))).toMatchObject({
      message: "Twice.write takes the payload twice; keep one @BodyStream().",
    });
  });
});

describe("a request that came to a group", () => {
  it("says so to hooks and handlers", async () => {
    const engine = new DirectEngine();
    const seen: boolean[] = [];
    const { app } = await appWith({ handler: (ctx) => void seen.push(ctx.isMulticast) }, { engine: engine.factory });
    await app.listen("coap://localhost");
    engine.handUp({});
    engine.handUp({}, { isMulticast: true, confirmable: false });
    expect(seen).toEqual([false, true]);
  });
});
