import { describe, expect, it } from "vitest";
import {
  type AppOptions,
  Code,
  contextKey,
  type HookMap,
  type HookName,
  InjectEngine,
  notFound,
  type PluginHost,
  type RepeatHandler,
  type RequestContext,
  type Response,
  respond,
  type StoredObservation,
} from "../src/index.js";
import { deferred, settle } from "./support/fake-clock.js";
import { appWith, failure, plugin, testApp } from "./support/test-app.js";

const GET = { method: "GET", path: "/x" } as const;
const boom = new Error("hook");
const fails = () => {
  throw boom;
};

describe("hooks of a request", () => {
  it("run in their order, plugins before the app, around decoding and the handler", async () => {
    const order: string[] = [];
    const names = ["onRequest", "preHandler", "onSend", "onResponse"] as const;
    const first = plugin("first", (host) => {
      for (const name of names) host.hooks.add(name, () => void order.push(`${name} first`));
    });
    const { app } = await appWith({ handler: () => `${order.push("handler")}` }, { plugins: [first] });
    for (const name of names) app.hook(name, async () => void order.push(`${name} app`));
    await app.inject(GET);
    expect(order).toEqual([
      "onRequest first",
      "onRequest app",
      "preHandler first",
      "preHandler app",
      "handler",
      "onSend first",
      "onSend app",
      "onResponse first",
      "onResponse app",
    ]);
  });

  it.each(["onRequest", "preHandler"] as const)("%s ends the request with a reply and says who did", async (name) => {
    let calls = 0;
    const ended: (string | undefined)[] = [];
    for (const isAsync of [false, true]) {
      const reply = respond({ code: Code.Forbidden, payload: "guarded" });
      const guard = plugin("guard", (host) => host.hooks.add(name, () => (isAsync ? Promise.resolve(reply) : reply)));
      const { app } = await appWith({ handler: () => ++calls }, { plugins: [guard] });
      app.hook("onResponse", (ctx) => void ended.push(ctx.endedBy));
      expect(await app.inject(GET)).toMatchObject({ code: "4.03", text: "guarded" });
    }
    expect([calls, ended]).toEqual([0, ["guard", "guard"]]);
  });

  it("onRequest runs before negotiation and decoding, preHandler after validation", async () => {
    const seen: unknown[] = [];
    const { app } = await appWith({ method: "POST", consumes: [0], payload: true, handler: () => undefined });
    app.hook("onRequest", (ctx) => void seen.push(ctx.payload));
    app.hook("preHandler", (ctx) => void seen.push(ctx.payload));
    await app.inject({ method: "POST", path: "/x", payload: "p", contentFormat: 0 });
    await app.inject({ method: "POST", path: "/x", payload: "p", contentFormat: 60 });
    expect(seen).toEqual([undefined, "p", undefined]);
  });

  it("pass values along by key", async () => {
    const user = contextKey<string>("test/user");
    const { app } = await appWith({ handler: (ctx) => `${ctx.get(user)} ${ctx.get(contextKey("test/other"))}` });
    app.hook("onRequest", (ctx) => ctx.set(user, "ada"));
    expect((await app.inject(GET)).text).toBe("ada undefined");
  });

  it("onSend changes the response, also of errors and of requests without a route", async () => {
    const { app } = await appWith({ handler: () => "x" });
    const stamped = (_: RequestContext, response: Response): Response => ({ ...response, payload: "stamped" });
    app.hook("onSend", stamped);
    app.hook("onSend", async (_, response) => ({ ...response, payload: `${response.payload}, twice` }));
    expect((await app.inject(GET)).text).toBe("stamped, twice");
    expect(await app.inject({ method: "GET", path: "/none" })).toMatchObject({ code: "4.04", text: "stamped, twice" });
  });

  it("onError turns what was thrown into an answer of its own, the first that answers wins", async () => {
    const seen: unknown[] = [];
    const { app, log } = await appWith({ handler: fails });
    app.hook("onError", (_, error) => void seen.push(error));
    app.hook("onError", async (_, error) => void seen.push(error));
    app.hook("onError", () => notFound("mapped"));
    app.hook("onError", () => notFound("never"));
    expect(await app.inject(GET)).toMatchObject({ code: "4.04", text: "mapped" });
    expect([seen, log.errors]).toEqual([[boom, boom], [boom]]);
  });

  it("onError sees thrown replies too, which are no bug", async () => {
    const thrown = notFound("gone");
    const seen: unknown[] = [];
    const { app, log } = await appWith({ handler: () => Promise.reject(thrown) });
    app.hook("onError", (ctx, error) => void seen.push(error, ctx.error));
    expect((await app.inject(GET)).text).toBe("gone");
    expect([seen, log.errors]).toEqual([[thrown, thrown], []]);
  });

  it("onResponse learns of silence and why", async () => {
    const seen: unknown[] = [];
    const { app } = await appWith({ handler: () => "x" });
    app.hook("onResponse", (ctx, response) => void seen.push(response, ctx.dropReason, ctx.endedBy));
    const request = app.inject({ ...GET, confirmable: false, options: [{ number: 9999, value: "" }] });
    await expect(request).rejects.toMatchObject({ name: "TimeoutError" });
    expect(seen).toEqual([undefined, expect.stringContaining("Option 9999"), "kernel"]);
  });

  it("with a choice of routes run for those only, asked once for each route at boot", async () => {
    const asked: string[] = [];
    const ran: string[] = [];
    const { app } = await appWith({ handler: () => "x", title: "guarded" }, { discovery: false });
    app.route({ method: "GET", path: "/y", handler: () => "y" });
    app.hook("onRequest", (ctx) => void ran.push(ctx.route.path), {
      for: (route) => asked.push(route.path) > 0 && route.options.title === "guarded",
    });
    app.hook("onResponse", (ctx) => void ran.push(`response ${ctx.route.path}`), { for: () => true });
    for (const path of ["/x", "/y", "/none", "/x"]) await app.inject({ method: "GET", path });
    expect(asked).toEqual(["/x", "/y"]);
    expect(ran).toEqual(["/x", "response /x", "response /y", "/x", "response /x"]);
  });

  it("onResult sees what the handler returned, and may put another value in its place before it is encoded", async () => {
    const seen: unknown[] = [];
    const { app } = await appWith({ handler: async () => Uint8Array.of(1) });
    app.hook("onResult", (_, result) => void seen.push(result));
    app.hook("onResult", async (_, result) => `${String(result)} bytes`);
    app.hook("onResult", (_, result) => `${String(result)}!`);
    expect(await app.inject(GET)).toMatchObject({ code: "2.05", contentFormat: 0, text: "1 bytes!" });
    expect(await app.inject({ method: "GET", path: "/none" })).toMatchObject({ code: "4.04" });
    expect(seen).toEqual([Uint8Array.of(1)]);
  });

  it("onResult fails as a handler does", async () => {
    const { app, log } = await appWith({ handler: () => "x" });
    app.hook("onResult", fails);
    expect(await app.inject(GET)).toMatchObject({ code: "5.00", text: "" });
    expect(log.errors).toEqual([boom]);
  });

  it("at the last place run after all others, those of the app included, in the order they were added", async () => {
    const order: string[] = [];
    const early = plugin("early", (host) => {
      host.hooks.add("onSend", (_, response) => void order.push(`last ${response.payload}`), { at: "last" });
      host.hooks.add("onSend", () => void order.push("first"));
      host.hooks.add("onSend", () => void order.push("very last"), { at: "last" });
    });
    const { app } = await appWith({ handler: () => "x" }, { plugins: [early] });
    app.hook("onSend", (_, response) => ({ ...response, payload: "changed" }));
    expect((await app.inject(GET)).text).toBe("changed");
    expect(order).toEqual(["first", "last changed", "very last"]);
  });

  it("at a place that is none are refused", async () => {
    const { app } = await appWith({ handler: () => "x" });
    expect(await failure(() => app.hook("onSend", () => undefined, { at: "first" as "last" }))).toMatchObject({
      code: "COAPKIT_ERR_OPTIONS_INVALID",
      message: 'Hook "onSend" of app asks for position "first"; leave "at" out, or say "last".',
    });
  });

  it("have the time when the request came in only where somebody reads it", async () => {
    const seen: number[] = [];
    const { app, clock } = await appWith({ handler: (ctx) => seen.push(ctx.receivedMs).toString() });
    app.hook("onResponse", () => undefined);
    clock.advance(77);
    await app.inject(GET);
    expect(seen).toEqual([77]);
  });
});

describe("a repeated request", () => {
  it("runs its handler again, or another one in its place, and encodes what that gives", async () => {
    let calls = 0;
    let host: PluginHost | undefined;
    let answered: RequestContext | undefined;
    const repeating = plugin("repeating", (given) => {
      host = given;
      given.hooks.add("onResponse", (ctx) => {
        answered = ctx;
      });
      given.hooks.add("onResult", (_, result) => `<${String(result)}>`);
    });
    const { app } = await appWith({ handler: async () => ++calls }, { plugins: [repeating] });
    expect((await app.inject(GET)).text).toBe("<1>");
    const again = (handler?: RepeatHandler) => host?.repeat(answered as RequestContext, handler);
    expect(await again()).toMatchObject({ code: Code.Content, payload: "<2>" });
    expect(await again(() => "other")).toMatchObject({ payload: "<other>" });
    expect(await again(async (ctx, handler) => `was ${await handler(ctx)}`)).toMatchObject({ payload: "<was 3>" });
    expect(await again(fails)).toMatchObject({ code: Code.InternalServerError });
    expect(calls).toBe(3);
  });
});

describe("a hook that fails", () => {
  const answering = ["onRequest", "preHandler", "onSend"] as const;
  const ways: [string, () => never | Promise<never>][] = [
    ["throws", fails],
    ["rejects", () => Promise.reject(boom)],
  ];
  const cases = answering.flatMap((name) => ways.map(([way, hook]) => [name, way, hook] as const));

  it.each(cases)("in %s: it %s, the client sees an empty 5.00, the log the error once", async (name, _, hook) => {
    const { app, log } = await appWith({ handler: () => "x" });
    app.hook(name as HookName, hook as HookMap[HookName]);
    expect(await app.inject(GET)).toMatchObject({ code: "5.00", text: "" });
    expect([log.errors, app.counters?.inFlight, app.counters?.responses]).toEqual([[boom], 0, 1]);
  });

  it.each(ways)("in onError: it %s, both errors are logged and the client sees an empty 5.00", async (_, hook) => {
    const first = new Error("handler");
    const { app, log } = await appWith({
      handler: () => {
        throw first;
      },
    });
    app.hook("onError", hook);
    expect(await app.inject(GET)).toMatchObject({ code: "5.00", text: "" });
    expect(log.errors).toEqual([first, boom]);
  });

  it.each(ways)("in onResponse: it %s, the answer has gone out and the others still run", async (_, hook) => {
    let others = 0;
    const { app, log } = await appWith({ handler: () => "x" });
    app.hook("onResponse", hook);
    app.hook("onResponse", () => void others++);
    expect((await app.inject(GET)).text).toBe("x");
    await settle();
    expect([log.errors, others]).toEqual([[boom], 1]);
  });

  it("in onSend of a request without a route still answers", async () => {
    const { app } = await testApp();
    app.hook("onSend", () => Promise.reject(boom));
    expect((await app.inject(GET)).code).toBe("5.00");
  });

  it("that returns something other than a reply is a bug that names the plugin", async () => {
    for (const name of ["onRequest", "preHandler", "onError"] as const) {
      const guard = plugin("guard", (host) => host.hooks.add(name, (() => true) as unknown as HookMap[typeof name]));
      const { app, log } = await appWith({ handler: fails }, { plugins: [guard] });
      expect((await app.inject(GET)).code).toBe("5.00");
      expect(String(log.errors.at(-1))).toContain("A hook of guard returned a boolean; return a Reply");
    }
  });

  it("that returns no response in onSend is a bug, not something on the wire", async () => {
    const { app, log } = await appWith({ handler: () => "x" });
    app.hook("onSend", (() => "text") as unknown as HookMap["onSend"]);
    expect((await app.inject(GET)).code).toBe("5.00");
    expect(log.errors).toHaveLength(1);
  });

  it("by not ending is cut at the time limit like a handler", async () => {
    const late = deferred();
    for (const name of ["onRequest", "preHandler", "onSend"] as const) {
      const { app, clock } = await appWith({ timeoutMs: 5, handler: () => "x" });
      app.hook(name, (() => late.promise) as HookMap[typeof name]);
      const reply = app.inject(GET);
      await settle();
      clock.advance(5);
      expect((await reply).code).toBe("5.03");
    }
  });
});

describe("a logger that fails", () => {
  it("costs no request its answer", async () => {
    const broken: AppOptions["logger"] = {
      isLevelEnabled: () => true,
      debug: fails,
      info: fails,
      warn: fails,
      error: fails,
    };
    const { app } = await appWith({ handler: fails }, { logger: broken });
    app.route({ method: "GET", path: "/async", handler: () => Promise.reject(boom) });
    expect((await app.inject(GET)).code).toBe("5.00");
    expect((await app.inject({ method: "GET", path: "/async" })).code).toBe("5.00");
  });
});

describe("hooks of an app", () => {
  it("onListen runs after each listen, with where the app listens; one that throws fails it", async () => {
    const seen: unknown[] = [];
    const engine = new InjectEngine();
    const { app } = await testApp({ engine: () => engine });
    app.hook("onListen", async (bound) => void seen.push(bound));
    app.hook("onListen", ({ port }) => {
      if (port === 2) throw boom;
    });
    await app.inject({ method: "GET", path: "/x" });
    expect(seen).toEqual([]);
    const bound = await app.listen("coap://localhost:1");
    expect(seen).toEqual([bound]);
    await expect(app.listen("coap://localhost:2")).rejects.toThrow(boom);
    await app.close();
  });

  it("may take up an observation from before a restart, where the engine can", async () => {
    const observation = {
      peer: { scheme: "coap", address: "192.0.2.1", port: 4000 },
      method: Code.GET,
      token: Uint8Array.of(1),
      options: [],
      payload: new Uint8Array(0),
      sequence: 7,
    };
    const asked: StoredObservation[] = [];
    const restore = async (stored: StoredObservation) => {
      asked.push(stored);
      return undefined;
    };
    for (const engine of [new InjectEngine(), Object.assign(new InjectEngine(), { restore })]) {
      const results: unknown[] = [];
      const restoring = plugin("restoring", (host) => {
        host.hooks.add("onListen", async () => void results.push(await host.restore(observation)));
      });
      const { app } = await testApp({ engine: () => engine, plugins: [restoring] });
      await app.listen("coap://localhost");
      expect(results).toEqual([undefined]);
      await app.close();
    }
    expect(asked).toEqual([observation]);
  });

  it("onRoute sees each route once, may refuse it, and knows what plugins need", async () => {
    const seen: unknown[] = [];
    const { app } = await appWith({ handler: () => "x", title: "T" });
    app.hook("onRoute", ({ method, path, name, owner, options }) => {
      seen.push([method, path, name, owner, options.title]);
    });
    await app.ready();
    expect(seen).toEqual([
      ["GET", "/.well-known/core", "discovery", "@coapkit/core", undefined],
      ["GET", "/x", "GET /x", "app", "T"],
    ]);
    const refusing = await appWith({ handler: () => "x" });
    refusing.app.hook("onRoute", fails);
    expect(await failure(() => refusing.app.ready())).toBe(boom);
  });

  it("an unknown name is refused with the list of known ones", async () => {
    const { app } = await testApp();
    const error = await failure(() => app.hook("onFire" as HookName, () => undefined));
    expect(error.code).toBe("COAPKIT_ERR_OPTIONS_INVALID");
    expect(error.message).toContain('There is no hook "onFire"; hooks: onRequest, preHandler, onResult, onSend');
    const none = await failure(() => app.hook("onRequest", "x" as unknown as HookMap["onRequest"]));
    expect(none.message).toBe('Hook "onRequest" of app is no function; pass one.');
  });
});
