import { describe, expect, it } from "vitest";
import {
  CoapError,
  Code,
  content,
  notFound,
  OptionNumber,
  type RouteDefinition,
  respond,
  serviceUnavailable,
} from "../src/index.js";
import { deferred, settle } from "./support/fake-clock.js";
import { json } from "./support/formats.js";
import { appWith, testApp } from "./support/test-app.js";

const GET = { method: "GET", path: "/x" } as const;

class SensorBusy extends CoapError {
  override readonly code = "ACME_ERR_BUSY";
  constructor() {
    super(Code.ServiceUnavailable, "The sensor is busy.", { options: [{ number: OptionNumber.MaxAge, value: 7 }] });
  }
}

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

describe("a handler that fails", () => {
  const boom = new Error("secret: /etc/passwd");
  const outcomes: [string, () => unknown, unknown][] = [
    [
      "throws an Error",
      () => {
        throw boom;
      },
      boom,
    ],
    ["rejects with an Error", () => Promise.reject(boom), boom],
    [
      "throws null",
      () => {
        throw null;
      },
      null,
    ],
    [
      "throws undefined",
      () => {
        throw undefined;
      },
      undefined,
    ],
    [
      "throws a string",
      () => {
        throw "secret";
      },
      "secret",
    ],
    [
      "throws a number",
      () => {
        throw 404;
      },
      404,
    ],
    [
      "throws an object without a prototype",
      () => {
        throw Object.create(null);
      },
      expect.anything(),
    ],
    ["rejects with undefined", () => Promise.reject(undefined), undefined],
    ["returns nothing for a GET", () => undefined, expect.any(TypeError)],
    ["resolves with nothing for a GET", () => Promise.resolve(), expect.any(TypeError)],
    ["returns a cycle", () => cycle, expect.any(TypeError)],
    ["resolves with a cycle", async () => cycle, expect.any(TypeError)],
    ["returns a BigInt", () => 10n, expect.any(TypeError)],
    ["returns a function", () => () => 1, expect.any(TypeError)],
    ["returns a symbol", () => Symbol("s"), expect.any(TypeError)],
    [
      "returns a thenable whose then throws",
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks the rules is what is tested
        then: () => {
          throw boom;
        },
      }),
      boom,
    ],
    ["replies with a code that is no response code", () => respond({ code: 205 }), expect.any(TypeError)],
    ["replies with a request code", () => respond({ code: Code.GET }), expect.any(TypeError)],
    ["replies with an option that the wire cannot carry", () => content("a", { maxAgeS: -1 }), expect.any(Error)],
    ["replies with an ETag of nine bytes", () => content("a", { etag: "123456789" }), expect.any(TypeError)],
    ["replies with a relative location", () => respond({ code: Code.Created, location: "a" }), expect.any(TypeError)],
    [
      "throws a CoapError with a code that is none",
      () => {
        throw new CoapError(404, "a");
      },
      expect.any(TypeError),
    ],
    [
      "throws a reply that cannot be encoded",
      () => {
        throw content(cycle);
      },
      expect.any(TypeError),
    ],
    ["replies in a format without a codec", () => content({}, { contentFormat: 112 }), expect.any(TypeError)],
  ];

  it.each(outcomes)("%s: an empty 5.00, one record in the log, and the app goes on", async (_, handler, error) => {
    const { app, log } = await appWith({ handler }, { plugins: [json()] });
    app.route({ method: "GET", path: "/good", handler: () => "good" });
    const reply = await app.inject(GET);
    expect([reply.code, reply.payload.length, [...reply.options]]).toEqual(["5.00", 0, []]);
    expect(log.errors).toEqual([error]);
    expect(app.counters).toMatchObject({ bugs: 1, inFlight: 0, responses: 1 });
    expect((await app.inject({ method: "GET", path: "/good" })).text).toBe("good");
  });

  it("that returns an object without a codec loaded gives 5.00 and says what to add", async () => {
    const { app, log } = await appWith({ handler: () => ({ a: 1 }) });
    expect((await app.inject(GET)).code).toBe("5.00");
    expect(String(log.errors[0])).toContain("add json() to the app's plugins");
  });

  it("keeps the stack and cause of what was thrown in the log, with route and peer", async () => {
    const { app, log } = await appWith({
      handler: () => {
        throw boom;
      },
    });
    await app.inject(GET);
    expect(log.records).toEqual([
      { level: "error", message: "request failed", fields: { err: boom, route: "GET /x", peer: "inject" } },
    ]);
  });

  it("has its say in other methods: nothing is 2.04, and 2.02 for DELETE", async () => {
    const { app } = await testApp();
    const codes: Record<string, string> = {};
    const methods = ["POST", "PUT", "PATCH", "IPATCH", "DELETE"] as const;
    for (const method of methods) app.route({ method, path: "/x", handler: () => undefined });
    for (const method of methods) codes[method] = (await app.inject({ method, path: "/x" })).code;
    expect(codes).toEqual({ POST: "2.04", PUT: "2.04", PATCH: "2.04", IPATCH: "2.04", DELETE: "2.02" });
  });

  it("that returns null has an answer: null", async () => {
    const { app } = await appWith({ handler: () => null }, { plugins: [json()] });
    expect(await app.inject(GET)).toMatchObject({ code: "2.05", text: "null", contentFormat: 50 });
  });
});

describe("a handler that throws an answer", () => {
  const cases: [string, RouteDefinition["handler"], string, string][] = [
    [
      "a thrown Reply",
      () => {
        throw notFound("No such sensor.");
      },
      "4.04",
      "No such sensor.",
    ],
    ["a rejected Reply", () => Promise.reject(notFound("No such sensor.")), "4.04", "No such sensor."],
    [
      "a thrown CoapError",
      () => {
        throw new CoapError(Code.Conflict, "Taken.");
      },
      "4.09",
      "Taken.",
    ],
    ["a rejected subclass with options", () => Promise.reject(new SensorBusy()), "5.03", "The sensor is busy."],
  ];
  it.each(cases)("%s becomes the response and is no bug", async (_, handler, code, text) => {
    const { app, log } = await appWith({ handler });
    expect(await app.inject(GET)).toMatchObject({ code, text, contentFormat: undefined });
    expect([log.records, app.counters?.bugs]).toEqual([[], 0]);
  });

  it("keeps the options of a CoapError", async () => {
    const { app } = await appWith({
      handler: () => {
        throw new SensorBusy();
      },
    });
    expect((await app.inject(GET)).maxAgeS).toBe(7);
  });

  it("recognizes a CoapError of another copy of the package", async () => {
    const foreign = { [Symbol.for("coapkit/error")]: true, responseCode: Code.Forbidden, message: "No.", options: [] };
    const { app } = await appWith({
      handler: () => {
        throw foreign;
      },
    });
    expect(await app.inject(GET)).toMatchObject({ code: "4.03", text: "No." });
  });
});

describe("a handler that does not end", () => {
  it("is answered 5.03 at the limit, its signal aborts and its late result is dropped and counted", async () => {
    const late = deferred();
    let signal: AbortSignal | undefined;
    const { app, clock, log } = await appWith({
      timeoutMs: 500,
      handler: (ctx) => {
        signal = ctx.signal;
        return late.promise;
      },
    });
    const reply = app.inject(GET);
    await settle();
    clock.advance(499);
    expect([signal?.aborted, app.counters?.inFlight]).toEqual([false, 1]);
    clock.advance(1);
    expect(await reply).toMatchObject({ code: "5.03", maxAgeS: 30 });
    expect(signal?.aborted).toBe(true);
    expect(log.records.map(({ level, message }) => [level, message])).toEqual([["warn", "handler took too long"]]);
    late.resolve("too late");
    await settle();
    expect(app.counters).toMatchObject({ timeouts: 1, lateResults: 1, responses: 1, inFlight: 0, bugs: 0 });
    expect(clock.pending).toBe(0);
  });

  it("finds the signal aborted even where it asks for it only after the time is over", async () => {
    const first = deferred();
    const seen = deferred<boolean>();
    const { app, clock } = await appWith({
      timeoutMs: 10,
      handler: async (ctx) => {
        await first.promise;
        seen.resolve(ctx.signal.aborted);
      },
    });
    const reply = app.inject(GET);
    await settle();
    clock.advance(10);
    await reply;
    first.resolve(undefined);
    expect(await seen.promise).toBe(true);
  });

  it("drops a late rejection without a trace but the counter", async () => {
    const late = deferred();
    const { app, clock, log } = await appWith({ timeoutMs: 10, handler: () => late.promise });
    const reply = app.inject(GET);
    await settle();
    clock.advance(10);
    await reply;
    late.reject(new Error("late"));
    await settle();
    expect([app.counters?.lateResults, app.counters?.bugs, log.errors]).toEqual([1, 0, []]);
  });

  it("has the limit of its route, else the app's, and one timer serves many requests", async () => {
    const { app, clock } = await appWith({ handler: () => new Promise(() => undefined) }, { handlerTimeoutMs: 100 });
    app.route({ method: "GET", path: "/slow", timeoutMs: 200, handler: () => new Promise(() => undefined) });
    const fast = [app.inject(GET), app.inject(GET), app.inject(GET)];
    const slow = app.inject({ method: "GET", path: "/slow" });
    await settle();
    expect(clock.pending).toBe(2);
    clock.advance(100);
    expect((await Promise.all(fast)).map(({ code }) => code)).toEqual(["5.03", "5.03", "5.03"]);
    expect(app.counters?.inFlight).toBe(1);
    clock.advance(100);
    expect((await slow).code).toBe("5.03");
  });

  it("times each request from its own start, also when an earlier one ends before", async () => {
    const first = deferred();
    let calls = 0;
    const { app, clock } = await appWith({
      timeoutMs: 100,
      handler: () => (calls++ === 0 ? first.promise : new Promise(() => undefined)),
    });
    const early = app.inject(GET);
    await settle();
    clock.advance(60);
    const later = app.inject(GET);
    await settle();
    first.resolve("in time");
    expect((await early).text).toBe("in time");
    clock.advance(99);
    expect(app.counters?.timeouts).toBe(0);
    clock.advance(1);
    expect((await later).code).toBe("5.03");
  });

  it("whose thenable calls back twice is answered once", async () => {
    const { app } = await appWith({
      handler: () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks the rules is what is tested
        then: (next: (value: string) => void) => {
          next("first");
          next("second");
        },
      }),
    });
    expect((await app.inject(GET)).text).toBe("first");
    expect(app.counters).toMatchObject({ responses: 1, inFlight: 0, lateResults: 1 });
  });
});

describe("too much at a time", () => {
  it("is 5.03 with Max-Age for requests beyond the limit, and those in flight go on", async () => {
    const gate = deferred();
    const { app } = await appWith({ handler: () => gate.promise }, { requestsInFlight: 2 });
    const waiting = [app.inject(GET), app.inject(GET)];
    await settle();
    expect(await app.inject(GET)).toMatchObject({ code: "5.03", maxAgeS: 5 });
    expect(app.counters).toMatchObject({ inFlight: 2, overloaded: 1 });
    gate.resolve("done");
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(["done", "done"]);
    expect((await app.inject(GET)).text).toBe("done");
  });

  it("is 4.13 with Size1 for a body beyond the limit of the app or of the route, before the handler", async () => {
    let calls = 0;
    const handler = () => void calls++;
    const { app } = await appWith({ method: "PUT", handler }, { bodyLimitBytes: 4 });
    app.route({ method: "PUT", path: "/big", bodyLimitBytes: 6, handler });
    const put = (path: string, payload: string) => app.inject({ method: "PUT", path, payload });
    const refused = await put("/x", "12345");
    expect([refused.code, refused.options.uint(OptionNumber.Size1)]).toEqual(["4.13", 4]);
    expect([calls, (await put("/x", "1234")).code, (await put("/big", "123456")).code]).toEqual([0, "2.04", "2.04"]);
    expect((await put("/big", "1234567")).options.uint(OptionNumber.Size1)).toBe(6);
  });
});

describe("closing", () => {
  it("refuses new requests, lets those in flight end, and only then closes", async () => {
    const gate = deferred();
    const order: string[] = [];
    const { app } = await appWith({ handler: () => gate.promise });
    app.route({ method: "GET", path: "/y", handler: () => "y" });
    app.hook("onClose", () => void order.push("closed"));
    const waiting = app.inject(GET).then((reply) => order.push(reply.text));
    await settle();
    const closing = app.close();
    await settle();
    expect(order).toEqual([]);
    gate.resolve("ended");
    await Promise.all([waiting, closing]);
    expect(order).toEqual(["ended", "closed"]);
    await expect(app.inject(GET)).rejects.toMatchObject({ code: "COAPKIT_ERR_APP_STATE" });
  });

  it("cuts what is left after the time to drain with 5.03 and aborts its signal", async () => {
    let signal: AbortSignal | undefined;
    const { app, clock } = await appWith(
      {
        handler: (ctx) => {
          signal = ctx.signal;
          return new Promise(() => undefined);
        },
      },
      { drainTimeoutMs: 50 },
    );
    const reply = app.inject(GET);
    await settle();
    const closing = app.close();
    await settle();
    clock.advance(50);
    expect((await reply).code).toBe("5.03");
    await closing;
    expect([signal?.aborted, clock.pending]).toEqual([true, 0]);
    expect(app.close()).toBe(app.close());
  });
});

describe("what a client may see of an outage", () => {
  it("is the text of a helper and its Max-Age", async () => {
    const { app } = await appWith({ handler: () => serviceUnavailable(9, "Calibrating.") });
    expect(await app.inject(GET)).toMatchObject({ code: "5.03", text: "Calibrating.", maxAgeS: 9 });
  });
});
