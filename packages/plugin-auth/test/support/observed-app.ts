import { type App, type AppOptions, InjectEngine, type RequestContext } from "@coapkit/core";
import { Notifier, observable, observe } from "@coapkit/plugin-observe";
import { createTestClient, type TestClient } from "@coapkit/testing";
import { type AuthOptions, Guard, identityOf, opaque, Public, RequireScope } from "../../src/index.js";
import { GRANTS } from "./guard-cases.js";
import { bearing, START_MS, testApp } from "./test-app.js";

/** What the routes show. */
export const shown = { state: 0 };
/** Routes to observe. */
export const routes = (app: App): void => {
  const metadata = [observable(), RequireScope.entry("read")];
  const handler = (ctx: RequestContext) => `${shown.state} for ${identityOf(ctx)?.name ?? "all"}`;
  app.route({ method: "GET", path: "/n", metadata, handler: () => `${shown.state}` });
  app.route({
    method: "GET",
    path: "/public",
    metadata: [observable(), Public.entry()],
    handler: () => `${shown.state}`,
  });
  app.route({ method: "GET", path: "/plain", metadata: [RequireScope.entry("read")], handler: () => "plain" });
  app.route({ method: "GET", path: "/shared", metadata, handler });
  app.route({
    method: "GET",
    path: "/own",
    metadata: [observable({ perClient: true, conditions: true }), RequireScope.entry("read")],
    handler,
  });
  const isReader = Guard.entry((_ctx, identity) => identity?.name === "reader");
  app.route({ method: "GET", path: "/reader", metadata: [observable(), isReader], handler });
};

/** Read at once, so that a test knows when an observation has begun. */
export const tokenFor = (name: string, endsS = 3600) => JSON.stringify({ name, endsS });
export const synchronous = opaque((token) => {
  const { name, endsS } = JSON.parse(token) as { name: string; endsS: number };
  return { name, ...GRANTS[name], expiresAt: new Date(START_MS + endsS * 1000) };
});

/** An app with a client and no network. */
export const injected = async (options: AuthOptions = {}, appOptions: AppOptions = {}) => {
  const engine = new InjectEngine();
  const bench = await testApp(
    { tokens: [synchronous], ...options },
    { engine: () => engine, plugins: [observe()], ...appOptions },
    routes,
  );
  await bench.app.listen("coap://127.0.0.1:0");
  shown.state = 0;
  return {
    ...bench,
    client: createTestClient(engine, { baseUri: "coap://test" }),
    engine,
    notifier: bench.app.resolve(Notifier),
  };
};

/** Codes and texts of an observation until its end. */
export async function allOf(client: TestClient, path: string, token: string): Promise<string[]> {
  const seen: string[] = [];
  for await (const { code, text } of client.observe(path, { options: bearing(token) }))
    seen.push(`${code} ${text}`.trim());
  return seen;
}

/** Lets what is under way without a clock come to its end. */
export const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
