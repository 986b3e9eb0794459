import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { type App, Client, capabilities, Get, Injectable, InjectEngine, type OnReady, Resource } from "../src/index.js";
import { at, rejection, selfApp } from "./support/client-app.js";
import { deferred, settle } from "./support/fake-clock.js";
import { failure, plugin, testApp } from "./support/test-app.js";

const hello = (app: App) => void app.route({ method: "GET", path: "/hello", handler: () => "hello" });
/** A route that answers when the test says so. */
function slow() {
  const answer = deferred<string>();
  return {
    answer,
    route: (app: App) => void app.route({ method: "GET", path: "/slow", handler: () => answer.promise }),
  };
}

describe("app.client in the life of an app", () => {
  it("is refused before the app is ready, and says what to do", async () => {
    const { app } = await testApp();
    expect(await rejection(app.client.get(at("/hello")))).toMatchObject({
      code: "COAPKIT_ERR_APP_STATE",
      message: expect.stringContaining("await app.ready() first"),
    });
    await app.close();
  });

  it("is refused to a service that asks while it is made", async () => {
    @Injectable()
    class Eager {
      readonly first: Promise<unknown>;
      constructor(client: Client) {
        this.first = rejection(client.get(at("/hello")));
      }
    }
    const { app } = await testApp({ providers: [Eager] });
    expect(await app.resolve(Eager).first).toMatchObject({ code: "COAPKIT_ERR_APP_STATE" });
    await app.close();
  });

  it("is what constructors and plugins get as Client, usable from onReady on", async () => {
    @Resource("greeting")
    class Greeting implements OnReady {
      #text = "";
      constructor(private readonly client: Client) {}
      async onReady() {
        this.#text = (await this.client.get(at("/hello"))).text;
      }
      @Get() read() {
        return this.#text;
      }
    }
    let resolved: unknown;
    const peek = plugin("peek", (host) => {
      resolved = host.resolve(Client);
    });
    const engine = new InjectEngine();
    await engine.listen({ scheme: "coap", host: "elsewhere", port: 5683, path: [], query: [] }, (exchange) =>
      exchange.respond({ code: 0x45, contentFormat: 0, options: [], payload: "from elsewhere" }),
    );
    const { app } = await testApp({ engine: () => engine, resources: [Greeting], plugins: [peek] });
    expect(resolved).toBe(app.client);
    expect(app.resolve(Client)).toBe(app.client);
    expect((await app.inject({ method: "GET", path: "/greeting" })).text).toBe("from elsewhere");
    await app.close();
  });

  it("serves handlers that are at work while the app closes, and nobody after that", async () => {
    const { route, answer } = slow();
    const { app } = await selfApp((self) => {
      route(self);
      hello(self);
      self.route({
        method: "GET",
        path: "/late",
        handler: async () => {
          await answer.promise;
          return (await self.client.get(at("/hello"), { throwOnError: false })).codeText;
        },
      });
    });
    const late = app.inject({ method: "GET", path: "/late" });
    await settle();
    const closing = app.close();
    answer.resolve("now");
    expect((await late).text).toBe("5.03"); // it was sent, and the app itself takes no more requests
    await closing;
    expect(await rejection(app.client.get(at("/hello")))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    expect(await failure(() => app.client.observe(at("/hello")))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
    const { app: unused } = await testApp();
    await unused.close();
    expect(await rejection(unused.client.get(at("/hello")))).toMatchObject({ code: "COAPKIT_ERR_CLOSED" });
  });
});

describe("what ends a request of app.client", () => {
  it("is the end of its time", async () => {
    const { route, answer } = slow();
    const { app, clock } = await selfApp(route);
    const request = rejection(app.client.get(at("/slow"), { timeoutMs: 500 }));
    await settle();
    clock.advance(500);
    expect(await request).toMatchObject({
      code: "COAPKIT_ERR_TIMEOUT",
      message: "No reply to GET coap://localhost/slow within 500 ms; is the server up?",
    });
    answer.resolve("too late");
    await app.close();
    expect(clock.pending).toBe(0);
  });

  it("is its signal, whose reason is the cause", async () => {
    const { route, answer } = slow();
    const { app } = await selfApp(route);
    const controller = new AbortController();
    const request = rejection(app.client.get(at("/slow"), { signal: controller.signal }));
    await settle();
    controller.abort(new Error("changed my mind"));
    const aborted = { code: "COAPKIT_ERR_ABORTED", cause: { message: "changed my mind" } };
    expect(await request).toMatchObject(aborted);
    expect(await rejection(app.client.get(at("/slow"), { signal: controller.signal }))).toMatchObject(aborted);
    answer.resolve("too late");
    await app.close();
  });

  it("leaves neither timer nor listener behind, whatever it is", async () => {
    const { app, clock } = await selfApp((self) => {
      hello(self);
      self.route({ method: "GET", path: "/observed", handler: () => "once" });
    });
    const { signal } = new AbortController();
    const options = { signal, timeoutMs: 1_000 };
    await app.client.get(at("/hello"), options);
    await rejection(app.client.get(at("/nowhere"), options));
    for await (const { value } of app.client.observe(at("/observed"), options)) expect(value).toBe("once");
    await app.client.observe(at("/observed"), options).return();
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(clock.pending).toBe(0);
    await app.close();
  });
});

describe("an engine that lacks what a request takes", () => {
  class LackingEngine extends InjectEngine {
    override readonly name: "inject";
    override readonly capabilities: ReturnType<typeof capabilities>;
    constructor(lacking: Parameters<typeof capabilities>[0]) {
      super();
      this.name = "inject";
      this.capabilities = capabilities(lacking);
    }
  }
  const peer = { key: "k", scheme: "coap", address: "192.0.2.1", port: 5683 };

  it.each([
    ["client", (client: Client) => client.get(at("/hello"))],
    ["callBack", (client: Client) => client.get({ peer, path: "/hello" })],
    ["observe", (client: Client) => client.observe(at("/hello")).next()],
    ["fetchAndPatch", (client: Client) => client.ipatch(at("/hello"), "x")],
  ] as const)("is named with %s", async (capability, request) => {
    const engine = new LackingEngine({ [capability]: "it is too small" });
    const { app } = await testApp({ engine: () => engine });
    await app.listen("coap://localhost");
    const error = await failure(() => request(app.client));
    expect(error.code).toBe("COAPKIT_ERR_CAPABILITY_MISSING");
    expect(error.message).toContain(`requires "${capability}", which engine inject does not have: it is too small.`);
    expect(engine.counters.requests).toBe(0);
    await app.close();
  });
});
