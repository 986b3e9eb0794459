import { Get, Resource } from "@coapkit/core";
import { describe, expect, it } from "vitest";
import { Authenticated, Caller, type Identity, Public, RequireRole, type TokenVerifier } from "../src/index.js";
import { bearing, SECRET, START_MS, testApp, tokenOf } from "./support/test-app.js";
import { ask, psk, whoAmI } from "./support/who-am-i.js";

describe("identities", () => {
  it("come from the transport, with the grants that the app gives them", async () => {
    const { app } = await testApp({ grantsOf: ({ source, name }) => ({ scopes: [source, name] }) }, {}, whoAmI);
    expect(await ask(app, { peer: psk("pump") })).toBe("psk:pump psk+pump");
    const { app: without } = await testApp({}, {}, whoAmI);
    expect(await ask(without, { peer: psk("pump") })).toBe("psk:pump ");
  });

  it("come from a token before they come from the transport", async () => {
    const { app } = await testApp({}, {}, whoAmI);
    const options = bearing(await tokenOf("reader"));
    expect(await ask(app, { options, peer: psk("pump") })).toBe("token:reader read");
  });

  it("are refused with a bad token, whoever the transport says it is", async () => {
    const { app, audit, auth } = await testApp({}, {}, whoAmI);
    const options = bearing(await tokenOf("reader", {}, `${SECRET}!`));
    expect(await ask(app, { options, peer: psk("pump") })).toBe("4.01");
    expect(audit.at(-1)).toMatchObject({
      reason: "token-refused",
      detail: "jwt: ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    });
    expect(auth.counters).toMatchObject({ tokensRefused: 1, refused: 1 });
    expect(await ask(app, { options, path: "/anybody" })).toBe("4.01");
  });

  it("of tokens are not looked at on public routes", async () => {
    const { app, auth } = await testApp({}, {}, whoAmI);
    expect(await ask(app, { path: "/public", options: bearing("rubbish") })).toBe("nobody");
    expect(await ask(app, { path: "/public", options: bearing(await tokenOf("reader")) })).toBe("nobody");
    expect(await ask(app, { path: "/public", peer: psk("pump") })).toBe("psk:pump ");
    expect(auth.counters.tokensVerified).toBe(0);
  });

  it("are not asked for on public routes where nobody wants to know, and the request is counted all the same", async () => {
    const { app, auth } = await testApp({ audit: undefined }, {}, whoAmI);
    expect(await ask(app, { path: "/public", options: bearing("rubbish") })).toBe("nobody");
    expect(await ask(app, { path: "/public", peer: psk("pump") })).toBe("psk:pump ");
    expect(auth.counters.allowed).toBe(2);
  });

  it("end with their token, also while it is remembered", async () => {
    const { app, clock, auth } = await testApp({ verifiedTokenMs: 86_400_000 }, {}, whoAmI);
    const options = bearing(await tokenOf("reader"));
    expect(await ask(app, { options })).toBe("token:reader read");
    await clock.advance(3_604_999);
    expect(await ask(app, { options })).toBe("token:reader read");
    expect(auth.counters).toMatchObject({ tokensVerified: 1, verifiedTokens: 1 });
    await clock.advance(1);
    expect(await ask(app, { options })).toBe("4.01");
  });

  it("are remembered for a time, and forgotten when told to", async () => {
    const { app, clock, auth } = await testApp({ verifiedTokenMs: 1000, verifiedTokens: 1 }, {}, whoAmI);
    const options = bearing(await tokenOf("reader"));
    for (let i = 0; i < 3; i++) await ask(app, { options });
    expect(auth.counters.tokensVerified).toBe(1);
    await clock.advance(1000);
    await ask(app, { options });
    expect(auth.counters.tokensVerified).toBe(2);
    auth.forget(({ name }) => name === "reader");
    await ask(app, { options });
    expect(auth.counters.tokensVerified).toBe(3);
    await ask(app, { options: bearing(await tokenOf("writer")) });
    expect(auth.counters).toMatchObject({ tokensVerified: 4, verifiedTokens: 1, verifiedTokensEvicted: 1 });
  });

  it("are asked for each time where the verifier says so", async () => {
    const opaque: TokenVerifier = {
      kind: "mine",
      isCacheable: false,
      recognizes: () => true,
      verify: (token, atMs) => ({
        ok: true,
        value: { name: `${Buffer.from(token)}@${atMs - START_MS}`, scopes: [], roles: [], claims: {} },
      }),
    };
    const { app, auth } = await testApp({ tokens: [opaque] }, {}, whoAmI);
    for (let i = 0; i < 2; i++) expect(await ask(app, { options: bearing("t") })).toBe("token:t@0 ");
    expect(auth.counters).toMatchObject({ tokensVerified: 2, verifiedTokens: 0 });
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
  ])("are 5.03 where a verifier %s, since nothing is known of the token then", async (_title, verify) => {
    const { app, audit } = await testApp(
      { tokens: [{ kind: "x", isCacheable: true, recognizes: () => true, verify }] },
      {},
      whoAmI,
    );
    const reply = await app.inject({ method: "GET", path: "/me", options: bearing("t") });
    expect([reply.code, reply.maxAgeS]).toEqual(["5.03", 30]);
    expect(audit.at(-1)).toMatchObject({ reason: "token-unchecked", code: "5.03" });
  });

  it.each([
    ["no name", { name: undefined }, "4.01"],
    ["an end that is no time", { expiresAtMs: Number.NaN }, "4.01"],
    ["an end in the past", { expiresAtMs: START_MS }, "4.01"],
    ["scopes in one text", { scopes: "reader administrator" }, "token:n reader+administrator"],
    ["scopes that are no texts", { scopes: [{}, 7, "read"] }, "token:n read"],
    ["no scopes", { scopes: null }, "token:n "],
  ])("are taken with care from a verifier that gives %s", async (_title, more, answer) => {
    const value = { name: "n", scopes: [], roles: [], claims: {}, ...more };
    const verify = () => ({ ok: true, value }) as never;
    const { app } = await testApp(
      { tokens: [{ kind: "x", isCacheable: true, recognizes: () => true, verify }] },
      {},
      whoAmI,
    );
    for (let i = 0; i < 2; i++) expect(await ask(app, { options: bearing("t") })).toBe(answer);
  });

  it("do not have a scope that is only part of the text that grants give in the place of a list", async () => {
    const grants = { roles: "administrator" as unknown as string[] };
    const { app } = await testApp({ grantsOf: () => grants }, {}, (opened) => {
      opened.route({ method: "GET", path: "/me", metadata: [RequireRole.entry("admin")], handler: () => "in" });
    });
    expect(await ask(app, { peer: psk("pump") })).toBe("4.03");
  });

  it("are 4.01 for a token of a kind that the app does not take", async () => {
    const { app, audit } = await testApp({ tokens: [] }, {}, whoAmI);
    expect(await ask(app, { options: bearing("t") })).toBe("4.01");
    expect(audit.at(-1)).toMatchObject({ detail: "no kind of token that this app takes" });
  });
});

describe("places of tokens", () => {
  it("are the option that the app has chosen; another one is unknown and critical", async () => {
    const { app } = await testApp({ tokenOption: 65_001 }, {}, whoAmI);
    const value = await tokenOf("reader");
    expect(await ask(app, { options: [{ number: 65_001, value }] })).toBe("token:reader read");
    expect(await ask(app, { options: [{ number: 65_003, value }] })).toBe("4.02");
  });

  it.each([
    ["of 1034 bytes", 1034, "4.01"],
    ["of 1035 bytes", 1035, "4.02"],
    ["of no byte", 0, "4.02"],
  ])("take a token %s: length %i is answered with %s", async (_title, length, code) => {
    const { app } = await testApp({}, {}, whoAmI);
    expect(await ask(app, { options: bearing("x".repeat(length)) })).toBe(code);
  });

  it("are one query parameter, where the app allows it", async () => {
    const query = { access_token: await tokenOf("reader") };
    const { app } = await testApp({ tokenQuery: "access_token" }, {}, whoAmI);
    expect(await ask(app, { query })).toBe("token:reader read");
    expect(await ask(app, { query: { access_token: ["a", "b"] } })).toBe("4.01");
    expect(await ask(app, { path: "/me?access_token" })).toBe("4.01");
    const { app: without } = await testApp({}, {}, whoAmI);
    expect(await ask(without, { query })).toBe("4.01");
  });

  it("are one at a time, in whatever place", async () => {
    const { app, audit } = await testApp({ tokenQuery: "access_token" }, {}, whoAmI);
    const token = await tokenOf("reader");
    expect(await ask(app, { query: { access_token: token }, options: bearing(token) })).toBe("4.01");
    expect(audit.at(-1)).toMatchObject({ reason: "token-malformed" });
    expect(await ask(app, { options: [...bearing(token), ...bearing(token)] })).toBe("4.02");
    expect(await ask(app, { path: "/public", options: [...bearing(token), ...bearing(token)] })).toBe("4.02");
  });

  it("are looked at over secured transports only, where the app says so", async () => {
    const { app, audit, auth } = await testApp({ securedTokensOnly: true }, {}, whoAmI);
    const options = bearing(await tokenOf("reader"));
    expect(await ask(app, { options })).toBe("4.01");
    expect(audit.at(-1)).toMatchObject({
      reason: "not-secured",
      detail: "a token over a transport that is not secured",
    });
    expect(auth.counters.tokensVerified).toBe(0);
    expect(await ask(app, { options, peer: { scheme: "coap+tcp" } })).toBe("4.01");
    for (const scheme of ["coaps", "coaps+tcp"])
      expect(await ask(app, { options, peer: { scheme } })).toBe("token:reader read");
  });

  it("never appear in audit records", async () => {
    const token = await tokenOf("reader");
    const { app, audit } = await testApp({ tokenQuery: "access_token" }, {}, whoAmI);
    await ask(app, { query: { access_token: token } });
    await ask(app, { options: bearing(token) });
    await ask(app, { options: bearing(`${token}x`) });
    expect(audit).toHaveLength(3);
    expect(JSON.stringify(audit)).not.toContain(token.slice(0, 20));
    expect(audit[0]).toMatchObject({
      path: "/me",
      name: "reader",
      source: "token",
      decision: "allowed",
      peer: "coap://127.0.0.1:0",
    });
  });
});

describe("@Caller", () => {
  it("gives a handler who asks", async () => {
    @Resource("caller")
    @Authenticated()
    class CallerResource {
      @Get() read(@Caller() caller: Identity | undefined) {
        return caller?.name ?? "nobody";
      }

      @Get("public") @Public() open(@Caller() caller: Identity | undefined) {
        return caller?.name ?? "nobody";
      }
    }
    const { app } = await testApp({}, { resources: [CallerResource] });
    expect(await ask(app, { path: "/caller", options: bearing(await tokenOf("reader")) })).toBe("reader");
    expect(await ask(app, { path: "/caller/public" })).toBe("nobody");
  });
});
