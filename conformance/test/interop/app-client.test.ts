import { spawn } from "node:child_process";
import { once } from "node:events";
import { type App, createApp, definePlugin, type EngineFactory, nativeEngine } from "@coapkit/core";
import { nodeCoap } from "@coapkit/engine-node-coap";
import { fail, ok } from "@coapkit/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server.js";
import { LARGE, textBody } from "../support/body.js";
import { type ObservedServer, startObservedServer } from "../support/engine-server.js";
import { type NpmCoapServer, startNpmCoapServer } from "../support/npm-coap-server.js";
import { freePort, type Peer, startLibcoapServer } from "../support/program.js";
import { until } from "../support/until.js";

const LOGGER = { isLevelEnabled: () => false, debug() {}, info() {}, warn() {}, error() {} };

/** JSON without a library, so that values go through a codec. */
const json = definePlugin({
  name: "conformance-json",
  version: "1.0.0",
  contract: 1,
  setup: (host) =>
    host.formats.add({
      contentFormat: 50,
      mediaType: "application/json",
      structured: true,
      encode: (value) => JSON.stringify(value),
      decode: (payload) => {
        try {
          return ok<unknown>(JSON.parse(new TextDecoder().decode(payload)));
        } catch {
          return fail("no JSON");
        }
      },
    }),
});

const engines: [string, () => EngineFactory][] = [
  ["the native engine", () => nativeEngine()],
  ["engine-node-coap", () => nodeCoap()],
];

describe.each(engines)("app.client on %s", (_, engine) => {
  let app: App;
  beforeAll(async () => {
    app = await createApp({ engine: engine(), plugins: [json()], logger: LOGGER, drainTimeoutMs: 0 });
    await app.ready();
  });
  afterAll(() => app.close());

  describe("and libcoap's server", () => {
    let server: Peer;
    beforeAll(async () => {
      server = await startLibcoapServer();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    it("writes, reads and deletes a value", async () => {
      const value = { celsius: 21.5 };
      expect((await app.client.put(server.uri("/made"), value)).codeText).toBe("2.01");
      const reply = await app.client.get(server.uri("/made"));
      expect([reply.codeText, reply.contentFormat, reply.value]).toEqual(["2.05", 50, value]);
      expect((await app.client.delete(server.uri("/made"))).codeText).toBe("2.02");
      const gone = await app.client.get(server.uri("/made"), { throwOnError: false });
      expect([gone.isSuccess, gone.codeText]).toEqual([false, "4.04"]);
    });

    it("uploads 100 KB and 1,025 bytes, and downloads them again", async () => {
      const uri = server.uri("/example_data");
      for (const body of [textBody(LARGE), textBody(1_025)]) {
        expect((await app.client.put(uri, body)).isSuccess).toBe(true);
        expect((await app.client.get(uri)).text).toBe(body);
      }
    });

    it("takes errors as errors", async () => {
      await expect(app.client.post(server.uri("/time"), "x")).rejects.toMatchObject({
        code: "COAPKIT_ERR_CLIENT_ERROR",
        diagnostic: "Method Not Allowed",
        reply: { codeText: "4.05" },
      });
    });

    it("discovers, and by the query", async () => {
      const links = await app.client.discover(server.uri(""));
      expect(links.map(({ target }) => target)).toEqual(expect.arrayContaining(["/", "/time", "/async"]));
      const clocks = await app.client.discover(`127.0.0.1:${server.port}`, { query: { if: "clock" } });
      expect(clocks).toMatchObject([{ target: "/time", attributes: { if: "clock", obs: true } }]);
    });

    it("takes a separate response", async () => {
      expect((await app.client.get(server.uri("/async?1"))).text).toBe("done");
    });

    it("observes what changes, and deregisters", async () => {
      const uri = server.uri("/state");
      await app.client.put(uri, 0);
      const seen: unknown[] = [];
      for await (const { value } of app.client.observe(uri)) {
        seen.push(value);
        if (value === 3) break;
        await app.client.put(uri, Number(value) + 1);
      }
      expect(seen).toEqual([0, 1, 2, 3]);
      await app.client.delete(uri);
    });
  });

  describe("and npm coap's server", () => {
    let server: NpmCoapServer;
    beforeAll(async () => {
      server = await startNpmCoapServer();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    it("sends each method, and takes payloads without a content format", async () => {
      const { client } = app;
      const replies = await Promise.all([
        client.get(server.uri("/plain")),
        client.post(server.uri("/plain"), { a: 1 }),
        client.put(server.uri("/plain"), "three"),
        client.delete(server.uri("/plain")),
        client.fetch(server.uri("/plain"), { a: 1 }),
        client.patch(server.uri("/plain"), [1]),
        client.ipatch(server.uri("/plain"), 1),
      ]);
      expect(replies.map(({ text }) => text)).toEqual([
        "GET 0",
        "POST 7",
        "PUT 5",
        "DELETE 0",
        "FETCH 7",
        "PATCH 3",
        "iPATCH 1",
      ]);
      expect(replies[0]?.isDecoded).toBe(false);
      expect(replies[0]?.value).toEqual(new TextEncoder().encode("GET 0"));
    });

    it("takes errors as errors, with their text", async () => {
      await expect(app.client.get(server.uri("/missing"))).rejects.toMatchObject({ diagnostic: "no such thing" });
    });

    it("observes what changes", async () => {
      const seen: string[] = [];
      for await (const { text } of app.client.observe(server.uri("/state"))) {
        seen.push(text);
        if (text === "3") break;
        for (const stream of server.observers) stream.write(String(Number(text) + 1));
      }
      expect(seen).toEqual(["0", "1", "2", "3"]);
    });
  });

  describe("and an app of coapkit", () => {
    let server: AppServer;
    let observed: ObservedServer;
    beforeAll(async () => {
      [server, observed] = await Promise.all([startAppServer(), startObservedServer("0")]);
    });
    afterAll(() => Promise.all([server[Symbol.asyncDispose](), observed[Symbol.asyncDispose]()]));

    it("sends, gets, uploads and downloads", async () => {
      expect((await app.client.post(server.uri("/echo"), "over there")).value).toBe("over there");
      expect((await app.client.get(server.uri("/plain"), { confirmable: false })).value).toBe("hello");
      expect((await app.client.put(server.uri("/sink"), textBody(LARGE))).value).toBe(`${LARGE}`);
      expect((await app.client.get(server.uri("/large"))).value).toBe(textBody(LARGE));
    });

    it("is refused, and times out", async () => {
      await expect(app.client.get(server.uri("/rooms/1"))).rejects.toMatchObject({ diagnostic: "no such room" });
      await expect(app.client.put(server.uri("/small"), textBody(LARGE))).rejects.toMatchObject({
        reply: { codeText: "4.13" },
      });
      await expect(app.client.get(server.uri("/slow"), { timeoutMs: 20 })).rejects.toMatchObject({
        code: "COAPKIT_ERR_TIMEOUT",
        message: `No reply to GET ${server.uri("/slow")} within 20 ms; is the server up?`,
      });
    });

    it("leaves an observation with its block", async () => {
      {
        await using observation = app.client.observe(observed.uri("/state"));
        const first = await observation.next();
        expect(first).toMatchObject({ value: { value: "0" } });
        expect(observed.observers).toBe(1);
      }
      await until(() => observed.observers === 0, "deregistration");
    });
  });
});

describe("app.client on the native engine alone", () => {
  it("discovers libcoap's server in a group, and then asks it", async () => {
    const port = await freePort();
    const server = spawn("coap-server-notls", ["-p", `${port}`, "-g", "224.0.1.187", "-G", "lo"], { stdio: "ignore" });
    onTestFinished(async () => {
      server.kill("SIGKILL");
      await once(server, "exit");
    });
    const engine = nativeEngine({ multicast: true, multicastInterface: "lo" });
    const app = await createApp({ engine, logger: LOGGER, drainTimeoutMs: 0 });
    onTestFinished(() => app.close());
    await app.listen("coap://127.0.0.1:0");
    await app.client.get(`coap://127.0.0.1:${port}`); // a NON is not sent again: the server has to be up
    for await (const { peer, links, error } of app.client.discoverGroup(`224.0.1.187:${port}`)) {
      expect([peer.address, peer.port, error]).toEqual(["127.0.0.1", port, undefined]);
      expect(links.map(({ target }) => target)).toEqual(expect.arrayContaining(["/time", "/async"]));
      expect((await app.client.get({ peer, path: "/time" })).codeText).toBe("2.05");
      break;
    }
    expect.assertions(3);
  }, 15_000);
});

describe("app.client on engine-node-coap alone", () => {
  it("says that it cannot ask a peer back", async () => {
    const app = await createApp({ engine: nodeCoap(), logger: LOGGER, drainTimeoutMs: 0 });
    app.route({
      method: "POST",
      path: "/register",
      handler: async ({ peer }) => app.client.get({ peer, path: "/" }).catch((error: Error) => error.message),
    });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const { value } = await app.client.post(`coap://127.0.0.1:${port}/register`);
    expect(value).toMatch(/requires "callBack", which engine node-coap does not have: npm coap's server drops/);
    await app.close();
  });
});
