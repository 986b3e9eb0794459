import {
  type App,
  type AppOptions,
  Code,
  createApp,
  definePlugin,
  InjectEngine,
  nativeEngine,
  type PluginHost,
  type RequestContext,
} from "@coapkit/core";
import { Notifier, observable, observe } from "@coapkit/plugin-observe";
import { PrincipalSource } from "@coapkit/protocol";
import { createTestClient, type TestClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { type AuthOptions, auth, Guard, identityOf, opaque, Public, RequireScope } from "../src/index.js";
import { GRANTS } from "./support/guard-cases.js";
import { bearing, START_MS, silent, testApp, tokenOf } from "./support/test-app.js";

let state = 0;
const routes = (app: App): void => {
  const metadata = [observable(), RequireScope.entry("read")];
  const handler = (ctx: RequestContext) => `${state} for ${identityOf(ctx)?.name ?? "all"}`;
  app.route({ method: "GET", path: "/n", metadata, handler: () => `${state}` });
  app.route({ method: "GET", path: "/plain", metadata: [RequireScope.entry("read")], handler: () => "plain" });
  app.route({ method: "GET", path: "/shared", metadata, handler });
  app.route({
    method: "GET",
    path: "/own",
    metadata: [observable({ perClient: true }), RequireScope.entry("read")],
    handler,
  });
  const isReader = Guard.entry((_ctx, identity) => identity?.name === "reader");
  app.route({ method: "GET", path: "/reader", metadata: [observable(), isReader], handler });
};

/** Read at once, so that a test knows when an observation has begun. */
const tokenFor = (name: string, endsS = 3600) => JSON.stringify({ name, endsS });
const synchronous = opaque((token) => {
  const { name, endsS } = JSON.parse(token) as { name: string; endsS: number };
  return { name, ...GRANTS[name], expiresAt: new Date(START_MS + endsS * 1000) };
});

const injected = async (options: AuthOptions = {}, appOptions: AppOptions = {}) => {
  const engine = new InjectEngine();
  const bench = await testApp(
    { tokens: [synchronous], ...options },
    { engine: () => engine, plugins: [observe()], ...appOptions },
    routes,
  );
  await bench.app.listen("coap://127.0.0.1:0");
  state = 0;
  return {
    ...bench,
    client: createTestClient(engine, { baseUri: "coap://test" }),
    engine,
    notifier: bench.app.resolve(Notifier),
  };
};

/** Codes and texts of an observation until its end. */
async function allOf(client: TestClient, path: string, token: string): Promise<string[]> {
  const seen: string[] = [];
  for await (const { code, text } of client.observe(path, { options: bearing(token) }))
    seen.push(`${code} ${text}`.trim());
  return seen;
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe("observations", () => {
  it("end with 4.01 when the token ends that let them in", async () => {
    const { client, clock, notifier, auth } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader", 60));
    await turn();
    state = 1;
    notifier.changed("/n");
    await clock.advance(59_999);
    expect(notifier.relations("/n")).toHaveLength(1);
    expect(auth.counters.watchedObservers).toBe(1);
    await clock.advance(1);
    expect(await seen).toEqual(["2.05 0", "2.05 1", "4.01"]);
    expect(notifier.relations("/n")).toHaveLength(0);
    expect(auth.counters).toMatchObject({ watchedObservers: 0, observersEnded: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it("end each at its own time", async () => {
    const { client, clock, auth } = await injected();
    const ends = [90, 30, 60, 200_000];
    const seen = ends.map((s) => allOf(client, "/n", tokenFor("reader", s)));
    await turn();
    for (const left of [3, 2, 1]) {
      await clock.advance(left === 3 ? 35_000 : 30_000);
      expect(auth.counters.watchedObservers).toBe(left);
    }
    await clock.advance(200_000_000);
    for (const codes of await Promise.all(seen)) expect(codes).toEqual(["2.05 0", "4.01"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are not watched any more when the client has gone", async () => {
    const { client, auth } = await injected();
    const stream = client.observe("/n", { options: bearing(tokenFor("reader")) });
    await stream.next();
    await turn();
    expect(auth.counters.watchedObservers).toBe(1);
    await stream.return();
    expect(auth.counters.watchedObservers).toBe(0);
  });

  it("are not watched where the route cannot be observed, or lets nobody in", async () => {
    const { client, auth } = await injected();
    expect(await allOf(client, "/plain", tokenFor("reader"))).toEqual(["2.05 plain"]);
    expect(await allOf(client, "/n", tokenFor("stranger"))).toEqual(["4.03"]);
    expect(auth.counters.watchedObservers).toBe(0);
  });

  it("end at once for somebody who is to be forgotten", async () => {
    const { client, auth } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader"));
    await turn();
    expect(auth.forget(({ name }) => name === "writer")).toBe(0);
    expect(auth.forget(({ name }) => name === "reader")).toBe(1);
    expect(await seen).toEqual(["2.05 0", "4.01"]);
  });

  it("beyond the limit of an identity end its oldest one, and leave those of others alone", async () => {
    const { client, auth } = await injected({ watchedObserversPerIdentity: 2, watchedObservers: 3 });
    const [reader, writer] = [tokenFor("reader"), tokenFor("writer")];
    const ended: string[] = [];
    const watch = async (name: string, token: string) => {
      void allOf(client, "/n", token).then(() => ended.push(name));
      await turn();
    };
    for (const name of ["w1", "r1", "r2", "r3"]) await watch(name, name.startsWith("w") ? writer : reader);
    expect(ended).toEqual(["r1"]);
    await watch("w2", writer);
    expect(ended).toEqual(["r1", "w1"]);
    expect(auth.counters.watchedObservers).toBe(3);
  });

  it("stop being watched when the app closes", async () => {
    const { app, client, clock } = await injected();
    const seen = allOf(client, "/n", tokenFor("reader")).catch(() => "closed");
    await turn();
    await app.close();
    expect(await seen).toBe("closed");
    expect(clock.pendingTimers).toBe(0);
  });

  it("end with 4.01 over UDP", async () => {
    const bench = await testApp({}, { engine: nativeEngine(), plugins: [observe()] }, routes);
    const { port } = await bench.app.listen("coap://127.0.0.1:0");
    const client = createTestClient(nativeEngine(), { baseUri: `coap://127.0.0.1:${port}` });
    const stream = client.observe("/n", { options: bearing(await tokenOf("reader")) });
    expect((await stream.next()).value?.code).toBe("2.05");
    const last = stream.next();
    expect(bench.auth.forget(() => true)).toBe(1);
    expect((await last).value?.code).toBe("4.01");
    expect((await stream.next()).done).toBe(true);
    await client.close();
    await Promise.all([bench.app.close(), bench.clock.advance(10_000)]); // the time that a close takes is virtual, too
  });
});

describe("observations of logged in peers", () => {
  it("end with the session, and when the peer logs out", async () => {
    const { app, engine, clock } = await injected({ loginPath: "/login", sessionMs: 1000 });
    const principal = { source: PrincipalSource.Psk, name: "pump" };
    const peer = { key: "session of pump", scheme: "coaps", address: "::1", port: 1, principal };
    const observeAndLogIn = async () => {
      await app.inject({ method: "POST", path: "/login", peer, payload: tokenFor("reader") });
      const codes: number[] = [];
      const uri = { scheme: "coap", host: "test", port: 5683, path: ["n"], query: [] } as const;
      const onResponse = ({ code }: { readonly code: number }) => codes.push(code);
      engine.exchange({ uri, method: 1, observe: true }, peer, { onResponse, onEnd: () => undefined });
      await turn();
      return codes;
    };
    const first = await observeAndLogIn();
    await app.inject({ method: "DELETE", path: "/login", peer });
    expect(first).toEqual([Code.Content, Code.Unauthorized]);
    const second = await observeAndLogIn();
    await clock.advance(1000);
    expect(second).toEqual([Code.Content, Code.Unauthorized]);
  });
});

describe("notifications of requests that the guards have not seen, as after a restart", () => {
  const notify = async (path: string, token?: string) => {
    let host: PluginHost | undefined;
    const seen: RequestContext["request"][] = [];
    const spy = definePlugin({
      name: "spy",
      version: "1.0.0",
      contract: 1,
      setup: (given) => {
        host = given;
        given.hooks.add("onSend", (ctx) => void seen.push(ctx.request));
      },
    })();
    const { app, clock } = await testApp({ tokens: [synchronous] }, { plugins: [observe(), spy] }, routes);
    await app.inject({ method: "GET", path, options: token === undefined ? [] : bearing(token) });
    const stored = { ...(seen[0] as RequestContext["request"]) };
    const code = async () => (await (host as PluginHost).repeat({ request: stored })).code;
    return { code, clock };
  };

  it("are sent as long as the token is good, and end with 4.01 then", async () => {
    const { code, clock } = await notify("/n", tokenFor("reader", 60));
    expect(await code()).toBe(Code.Content);
    await clock.advance(60_000);
    expect(await code()).toBe(Code.Unauthorized);
  });

  it.each([
    ["/n", undefined, Code.Unauthorized],
    ["/n", tokenFor("stranger"), Code.Forbidden],
    ["/reader", tokenFor("writer"), Code.Forbidden],
    ["/reader", tokenFor("reader"), Code.Content],
  ])("on %s with %s have the code %i", async (path, token, code) => {
    expect(await (await notify(path, token)).code()).toBe(code);
  });
});

describe("address checks of observations", () => {
  it.each([
    ["before", true],
    ["after", false],
  ])("come before the registration, with plugin-observe loaded %s the plugin", async (_title, isFirst) => {
    const engine = new InjectEngine();
    const guard = auth({ unverifiedResponseBytes: 10 });
    const plugins = isFirst ? [observe(), guard] : [guard, observe()];
    const app = await createApp({ engine: () => engine, logger: silent, plugins });
    const metadata = [observable(), Public.entry()];
    app.route({ method: "GET", path: "/n", metadata, handler: () => "x".repeat(20) });
    await app.listen("coap://127.0.0.1:0");
    const seen: string[] = [];
    for await (const { code } of createTestClient(engine, { baseUri: "coap://test" }).observe("/n")) seen.push(code);
    expect(seen).toEqual(["4.01"]);
    expect(app.resolve(Notifier).relations()).toEqual([]);
  });
});

describe("representations of notifications", () => {
  const told = async (path: string) => {
    const { engine, notifier } = await injected({ tokens: [], grantsOf: () => ({ scopes: ["read"] }) });
    const texts: string[][] = [];
    for (const name of ["reader", "writer"]) {
      const seen: string[] = [];
      texts.push(seen);
      const peer = {
        key: name,
        scheme: "coaps",
        address: "::1",
        port: 1,
        principal: { source: PrincipalSource.Psk, name },
      };
      const uri = { scheme: "coap", host: "test", port: 5683, path: [path], query: [] } as const;
      engine.exchange({ uri, method: 1, observe: true }, peer, {
        onResponse: ({ payload }) => seen.push(Buffer.from(payload as Uint8Array).toString()),
        onEnd: () => undefined,
      });
    }
    state = 1;
    notifier.changed(`/${path}`);
    await turn();
    return texts;
  };

  it("are made for nobody where several clients share them", async () => {
    expect(await told("shared")).toEqual([
      ["0 for reader", "1 for all"],
      ["0 for writer", "1 for all"],
    ]);
  });

  it("are made for each client where the route says so", async () => {
    expect(await told("own")).toEqual([
      ["0 for reader", "1 for reader"],
      ["0 for writer", "1 for writer"],
    ]);
  });

  it("go to those only whom the guards have let in", async () => {
    const [reader, writer] = (await told("reader")) as [string[], string[]];
    expect(reader).toEqual(["0 for reader", "1 for all"]);
    expect(writer).toEqual([""]);
  });
});
