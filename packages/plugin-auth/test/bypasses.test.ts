import { type App, definePlugin, type Exchange, InjectEngine, nativeEngine, type RequestContext } from "@coapkit/core";
import { OptionNumber, PrincipalSource } from "@coapkit/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Guard, Public, RequireScope } from "../src/index.js";
import { synchronous, tokenFor } from "./support/observed-app.js";
import { RawPeer } from "./support/raw-peer.js";
import { bearing, type TestApp, testApp, tokenOf } from "./support/test-app.js";

const [GET, PUT] = [1, 3];
const seen: string[] = [];
const routes = (app: App): void => {
  const note = (ctx: RequestContext) => void seen.push(`${ctx.route.method} ${ctx.path}`);
  const metadata = [RequireScope.entry("read")];
  app.route({ method: "GET", path: "/secret", metadata, handler: () => "secret" });
  app.route({ method: "PUT", path: "/secret", metadata, handler: note });
  app.route({ method: "GET", path: "/open", metadata: [Public.entry()], handler: () => "open" });
  const upload = async (ctx: RequestContext) => {
    note(ctx);
    for await (const chunk of ctx.bodyStream as AsyncIterable<Uint8Array>) seen.push(`${chunk.length} bytes`);
  };
  app.route({ method: "PUT", path: "/upload", metadata, payload: "stream", handler: upload });
};
beforeEach(() => seen.splice(0));

describe("guards hold over UDP", () => {
  let bench: TestApp;
  let port: number;
  let peer: RawPeer;
  beforeEach(async () => {
    bench = await testApp({ tokens: [synchronous] }, { engine: nativeEngine() }, routes);
    ({ port } = await bench.app.listen("coap://127.0.0.1:0"));
    peer = await RawPeer.open(port);
  });
  afterEach(async () => {
    peer.close();
    await Promise.all([bench.app.close(), bench.clock.advance(10_000)]);
  });

  it("for method codes that nobody has defined", async () => {
    for (let code = 8; code < 32; code++)
      expect(await peer.ask({ code, messageId: code, token: code, path: "secret" })).toBe(`4.05 for ${code}`);
  });

  it("for a request that wants no answer (RFC 7967)", async () => {
    const options = [{ number: OptionNumber.NoResponse, value: 26 }];
    peer.send({ code: PUT, messageId: 1, token: 1, path: "secret", options });
    expect(await peer.ask({ code: GET, messageId: 2, token: 2, path: "open" })).toBe("2.05 for 2");
    expect(bench.audit.map(({ reason }) => reason)).toEqual(["no-identity", "allowed"]);
    expect(seen).toEqual([]);
  });

  it("for a message ID that comes again without the token, and for another port that repeats all of it", async () => {
    const request = { code: GET, messageId: 7, token: 7, path: "secret" };
    const options = bearing(tokenFor("reader"));
    expect(await peer.ask({ ...request, options })).toBe("2.05 for 7");
    expect(await peer.ask(request)).toBe("4.01 for 7");
    const other = await RawPeer.open(port);
    expect(await other.ask(request)).toBe("4.01 for 7");
    other.close();
  });

  it("at the first block of a body that is taken as it arrives, and for each block after it", async () => {
    const payload = new Uint8Array(16);
    const block = (num: number, more: boolean) => [{ number: OptionNumber.Block1, value: (num << 4) | (more ? 8 : 0) }];
    const first = { code: PUT, messageId: 1, token: 1, path: "upload", payload, options: block(0, true) };
    expect(await peer.ask(first)).toBe("4.01 for 1");
    expect(seen).toEqual([]);
    const bearer = bearing(tokenFor("reader"));
    expect(await peer.ask({ ...first, messageId: 2, options: [...block(0, true), ...bearer] })).toBe("2.31 for 1");
    const second = { ...first, messageId: 3, token: 2, options: block(1, false) };
    expect(await peer.ask(second)).toBe("4.08 for 2");
    const genuine = { ...second, messageId: 4, options: [...block(1, false), ...bearer] };
    expect(await peer.ask(genuine)).toBe("2.04 for 2");
    expect(seen).toEqual(["PUT /upload", "16 bytes", "16 bytes"]);
  });
});

describe("guards hold for a group (RFC 7252 §8)", () => {
  class GroupEngine extends InjectEngine {
    override listen(address: Parameters<InjectEngine["listen"]>[0], onRequest: (exchange: Exchange) => void) {
      return super.listen(address, (exchange) =>
        onRequest({
          request: { ...exchange.request, isMulticast: true },
          respond: (response) => exchange.respond(response),
          ignore: () => exchange.ignore(),
          notify: (response) => exchange.notify(response),
          onInterestLost: (callback) => exchange.onInterestLost(callback),
        }),
      );
    }
  }

  it("as they do for one", async () => {
    const engine = new GroupEngine();
    const { app, audit } = await testApp({}, { engine: () => engine }, routes);
    await app.listen("coap://127.0.0.1:0");
    const put = async (options: ReturnType<typeof bearing>) => {
      const uri = { scheme: "coap", host: "test", port: 5683, path: ["secret"], query: [] } as const;
      for await (const { code } of engine.request({ uri, method: PUT, options })) return code;
      return undefined;
    };
    expect(await put([])).toBe(0x81);
    expect(seen).toEqual([]);
    expect(await put(bearing(await tokenOf("reader")))).toBe(0x44);
    expect(seen).toEqual(["PUT /secret"]);
    expect(audit.map(({ decision }) => decision)).toEqual(["refused", "allowed"]);
  });
});

describe("guards that throw", () => {
  const failing = () => {
    throw new Error("down");
  };
  const rejecting = () => Promise.reject(new Error("down"));

  it.each([
    ["throws", {}, failing],
    ["rejects", {}, rejecting],
    ["is never asked, since grantsOf throws,", { grantsOf: failing }, () => true],
    ["is never asked, since grantsOf rejects,", { grantsOf: rejecting }, () => true],
  ])("let nobody in, and are in the audit records, where the function %s", async (_title, options, predicate) => {
    const { app, audit, auth } = await testApp({ tokens: [], ...options }, {}, (opened) =>
      opened.route({ method: "GET", path: "/x", metadata: [Guard.entry(predicate)], handler: () => "in" }),
    );
    const principal = { source: PrincipalSource.Psk, name: "pump" };
    const { code, payload } = await app.inject({ method: "GET", path: "/x", peer: { scheme: "coaps", principal } });
    expect([code, payload.length]).toEqual(["5.00", 0]);
    expect(audit).toMatchObject([{ decision: "refused", reason: "thrown", path: "/x" }]);
    expect(auth.counters).toMatchObject({ refused: 1, allowed: 0 });
  });
});

describe("routes of other plugins", () => {
  const adding = (name: string, path: string) =>
    definePlugin({
      name,
      version: "1.0.0",
      contract: 1,
      setup: (host) => host.routes.add({ method: "GET", path, handler: () => "unguarded" }),
    })();

  it.each(["deny", "authenticated"] as const)(
    "have the default, %s, whenever they were added",
    async (defaultGuard) => {
      const { app } = await testApp({ defaultGuard }, { plugins: [adding("after", "/after")] }, (opened) =>
        opened.route({ method: "GET", path: "/late", handler: () => "unguarded" }),
      );
      for (const path of ["/after", "/late"])
        expect((await app.inject({ method: "GET", path })).code, path).toBe("4.01");
    },
  );

  it("have it, too, where the plugin was loaded before", async () => {
    const { app } = await testApp({}, { before: [adding("before", "/before")] });
    expect((await app.inject({ method: "GET", path: "/before" })).code).toBe("4.01");
  });

  it("cannot be added once the app answers", async () => {
    const { app } = await testApp();
    expect(() => app.route({ method: "GET", path: "/x", handler: () => "x" })).toThrow("ready");
  });
});
