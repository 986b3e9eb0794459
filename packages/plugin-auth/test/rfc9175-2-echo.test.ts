import { type App, nativeEngine } from "@coapkit/core";
import { OptionNumber, PrincipalSource } from "@coapkit/protocol";
import { createTestClient } from "@coapkit/testing";
import { describe, expect, it } from "vitest";
import { type AuthOptions, Fresh, Public, RequireScope } from "../src/index.js";
import { bearing, echoOf, testApp, tokenOf } from "./support/test-app.js";

const open = async (options: AuthOptions = {}, appOptions: Parameters<typeof testApp>[1] = {}) => {
  const moves: string[] = [];
  const bench = await testApp(options, appOptions, (app) => {
    app.route({
      method: "PUT",
      path: "/valve",
      metadata: [RequireScope.entry("write"), Fresh.entry()],
      handler: () => void moves.push("moved"),
    });
    app.route({ method: "GET", path: "/large", metadata: [Public.entry()], handler: () => "x".repeat(200) });
    app.route({ method: "GET", path: "/small", metadata: [Public.entry()], handler: () => "x".repeat(100) });
    app.route({ method: "POST", path: "/large", metadata: [Public.entry()], handler: () => "x".repeat(200) });
    app.route({
      method: "GET",
      path: "/stream",
      metadata: [Public.entry()],
      handler: async function* () {
        yield new Uint8Array(300);
      },
    });
  });
  return { ...bench, moves };
};
const move = async (app: App, echo: readonly { number: number; value: Uint8Array }[] = [], key = "peer") =>
  app.inject({
    method: "PUT",
    path: "/valve",
    peer: { key },
    options: [...bearing(await tokenOf("writer")), ...echo],
  });

describe("@Fresh (RFC 9175 §2.3)", () => {
  it("answers 4.01 with Echo, and takes the request that brings it", async () => {
    const { app, moves, auth, audit } = await open();
    const first = await move(app);
    expect([first.code, first.payload.length, echoOf(first)[0]?.value.length]).toEqual(["4.01", 0, 22]);
    expect(audit.at(-1)).toMatchObject({ reason: "not-fresh", name: "writer" });
    expect(moves).toEqual([]);
    expect((await move(app, echoOf(first))).code).toBe("2.04");
    expect(moves).toEqual(["moved"]);
    expect(auth.counters).toMatchObject({ notFresh: 1, usedEchoes: 1 });
  });

  it("takes each value once", async () => {
    const { app, moves } = await open();
    const echo = echoOf(await move(app));
    await move(app, echo);
    const replayed = await move(app, echo);
    expect(replayed.code).toBe("4.01");
    expect(echoOf(replayed)).not.toEqual(echo);
    expect(moves).toEqual(["moved"]);
  });

  it("takes none twice as long as it is good", async () => {
    const { app, clock, moves } = await open({ echoWindowMs: 10_000 });
    const echo = echoOf(await move(app));
    await move(app, echo);
    await clock.advance(10_000);
    expect((await move(app, echo)).code).toBe("4.01");
    expect(moves).toEqual(["moved"]);
  });

  it("asks everybody on a public route, also where nobody hears of it", async () => {
    const { app } = await testApp({ audit: undefined }, {}, (opened) => {
      const metadata = [Public.entry(), Fresh.entry()];
      opened.route({ method: "PUT", path: "/bell", metadata, handler: () => undefined });
    });
    const first = await app.inject({ method: "PUT", path: "/bell" });
    expect(first.code).toBe("4.01");
    expect((await app.inject({ method: "PUT", path: "/bell", options: echoOf(first) })).code).toBe("2.04");
  });

  it.each([
    [10_000, "2.04"],
    [10_001, "4.01"],
  ])("takes a value that is %i ms old with %s", async (ageMs, code) => {
    const { app, clock } = await open({ echoWindowMs: 10_000 });
    const echo = echoOf(await move(app));
    await clock.advance(ageMs);
    expect((await move(app, echo)).code).toBe(code);
  });

  it("takes no value that was given to another peer, made by another app, or made up", async () => {
    const { app, moves } = await open();
    const echo = echoOf(await move(app));
    const { value } = echo[0] as { value: Uint8Array };
    expect((await move(app, echo, "another peer")).code).toBe("4.01");
    expect((await move((await open()).app, echo)).code).toBe("4.01");
    for (let bit = 0; bit < value.length * 8; bit++) {
      const changed = value.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect((await move(app, [{ number: OptionNumber.Echo, value: changed }])).code).toBe("4.01");
    }
    for (const length of [1, 21, 23, 40])
      expect((await move(app, [{ number: OptionNumber.Echo, value: new Uint8Array(length) }])).code).toBe("4.01");
    expect(moves).toEqual([]);
  });

  it("asks for Echo only whom the other guards let in", async () => {
    const { app } = await open();
    const options = bearing(await tokenOf("reader"));
    const forbidden = await app.inject({ method: "PUT", path: "/valve", options });
    expect([forbidden.code, echoOf(forbidden)]).toEqual(["4.03", []]);
    const unknown = await app.inject({ method: "PUT", path: "/valve" });
    expect([unknown.code, echoOf(unknown)]).toEqual(["4.01", []]);
  });

  it("takes nothing while the table of used values is full, and goes on when they are too old anyway", async () => {
    const { app, clock, auth } = await open({ usedEchoes: 1, echoWindowMs: 1000 });
    const [first, second] = [echoOf(await move(app)), echoOf(await move(app))];
    expect([(await move(app, first)).code, (await move(app, second)).code]).toEqual(["2.04", "4.01"]);
    await clock.advance(1001);
    expect((await move(app, echoOf(await move(app)))).code).toBe("2.04");
    expect(auth.counters.usedEchoes).toBe(1);
  });

  it("works with a client that knows Echo, over UDP", async () => {
    const { app, moves } = await open({}, { engine: nativeEngine() });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const client = createTestClient(nativeEngine(), { baseUri: `coap://127.0.0.1:${port}` });
    const options = bearing(await tokenOf("writer"));
    for (let i = 0; i < 2; i++) expect((await client.put("/valve", { options })).code).toBe("2.04");
    expect(moves).toHaveLength(2);
    await client.close();
    await app.close();
  });
});

describe("Echo against amplification (RFC 9175 §2.4)", () => {
  const get = (app: App, path: string, more: Partial<Parameters<App["inject"]>[0]> = {}) =>
    app.inject({ method: "GET", path, ...more });

  it("holds a large response back until the client has shown that it is where it says", async () => {
    const { app, auth, clock } = await open({ unverifiedResponseBytes: 136, verifiedPeerMs: 1000 });
    const held = await get(app, "/large");
    expect([held.code, held.text]).toEqual(["4.01", "Echo wanted."]);
    expect((await get(app, "/small")).code).toBe("2.05");
    expect((await get(app, "/large", { options: echoOf(held) })).code).toBe("2.05");
    expect((await get(app, "/large")).code).toBe("2.05");
    expect((await get(app, "/large", { peer: { key: "another" } })).code).toBe("4.01");
    expect(auth.counters).toMatchObject({ addressChecks: 2, verifiedPeers: 1 });
    await clock.advance(1000);
    expect((await get(app, "/large")).code).toBe("4.01");
  });

  it("holds a streamed body and a long list of links back, too", async () => {
    const { app } = await open({ unverifiedResponseBytes: 20 });
    expect((await get(app, "/stream")).code).toBe("4.01");
    expect((await get(app, "/.well-known/core")).code).toBe("4.01");
  });

  it.each([
    ["whom the transport has authenticated", { principal: { source: PrincipalSource.Psk, name: "pump" } }],
    ["of a transport with a handshake", { scheme: "coaps" }],
  ])("does not ask peers %s", async (_title, peer) => {
    const { app } = await open({ unverifiedResponseBytes: 136 });
    expect((await get(app, "/large", { peer })).code).toBe("2.05");
  });

  it("leaves answers to POST alone, for what they tell of has happened", async () => {
    const { app } = await open({ unverifiedResponseBytes: 136 });
    expect((await get(app, "/large", { method: "POST" })).code).toBe("2.04");
  });

  it("is off unless the app says so", async () => {
    const { app } = await open();
    expect((await get(app, "/large")).code).toBe("2.05");
  });

  it("costs a client that knows Echo one round trip, over UDP", async () => {
    const { app, auth } = await open({ unverifiedResponseBytes: 136 }, { engine: nativeEngine() });
    const { port } = await app.listen("coap://127.0.0.1:0");
    const client = createTestClient(nativeEngine(), { baseUri: `coap://127.0.0.1:${port}` });
    for (let i = 0; i < 2; i++) expect((await client.get("/large")).text).toHaveLength(200);
    expect(auth.counters).toMatchObject({ addressChecks: 1, verifiedPeers: 1 });
    await client.close();
    await app.close();
  });
});
