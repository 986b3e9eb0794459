import { Code, createApp, definePlugin, InjectEngine, type PluginHost, type RequestContext } from "@coapkit/core";
import { Notifier, observable, observe } from "@coapkit/plugin-observe";
import { PrincipalSource } from "@coapkit/protocol";
import { createTestClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { auth, Public } from "../src/index.js";
import { injected, routes, shown, synchronous, tokenFor, turn } from "./support/observed-app.js";
import { bearing, silent, testApp } from "./support/test-app.js";

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

describe("address checks of small observations", () => {
  it("come before the registration, since any number of notifications may follow it (RFC 7641 §7)", async () => {
    const { client, auth: held, notifier } = await injected({ unverifiedResponseBytes: 136 });
    const seen: string[] = [];
    for await (const { code } of client.observe("/public")) seen.push(code);
    expect([seen, held.counters.addressChecks, notifier.relations()]).toEqual([["4.01"], 1, []]);
    expect((await client.get("/public")).code).toBe("2.05");
  });
});

describe("representations of notifications", () => {
  const told = async (path: string, query: readonly string[] = []) => {
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
      const uri = { scheme: "coap", host: "test", port: 5683, path: [path], query } as const;
      engine.exchange({ uri, method: 1, observe: true }, peer, {
        onResponse: ({ payload }) => seen.push(Buffer.from(payload as Uint8Array).toString()),
        onEnd: () => undefined,
      });
    }
    shown.state = 1;
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

  it("are, too, where the client has conditions", async () => {
    expect(await told("own", ["c.con=1"])).toEqual([
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
