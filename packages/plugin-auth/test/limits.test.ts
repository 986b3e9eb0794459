import type { App, InjectRequest } from "@coapkit/core";
import { PrincipalSource } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { Authenticated, type AuthOptions, Public, type TokenVerifier } from "../src/index.js";
import { bearing, SECRET, testApp, tokenOf } from "./support/test-app.js";

const routes = (app: App): void => {
  app.route({ method: "GET", path: "/open", metadata: [Public.entry()], handler: () => "open" });
  app.route({ method: "GET", path: "/known", metadata: [Authenticated.entry()], handler: () => "known" });
};
const open = (options: AuthOptions) => testApp(options, {}, routes);
const from = async (app: App, address: string, token?: string, path = "/open") => {
  const options = token === undefined ? [] : bearing(token);
  const { code, maxAgeS } = await app.inject({ method: "GET", path, peer: { address }, options });
  return code === "4.29" ? `${code} ${maxAgeS}` : code;
};

describe("rate limits", () => {
  it("answer 4.29 with the seconds until there is room again (RFC 8516 §3)", async () => {
    const { app, clock, audit, auth } = await open({ requestsPerS: 0.5, requestBurst: 2 });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push(await from(app, "192.0.2.1"));
    expect(codes).toEqual(["2.05", "2.05", "4.29 2"]);
    expect(audit.at(-1)).toMatchObject({ decision: "refused", reason: "too-many-requests", code: "4.29" });
    await clock.advance(1500);
    expect(await from(app, "192.0.2.1")).toBe("4.29 1");
    await clock.advance(500);
    expect(await from(app, "192.0.2.1")).toBe("2.05");
    expect(auth.counters).toMatchObject({ rateLimited: 2, throttled: 1 });
    await clock.advance(3_600_000);
    for (let i = 0; i < 2; i++) expect(await from(app, "192.0.2.1")).toBe("2.05");
    expect(await from(app, "192.0.2.1")).toBe("4.29 2");
  });

  it("are those of an address for strangers, of the /64 for IPv6, and of the identity for whoever is known", async () => {
    const { app } = await open({ requestsPerS: 1, requestBurst: 1 });
    expect(await from(app, "192.0.2.1")).toBe("2.05");
    expect(await from(app, "192.0.2.2")).toBe("2.05");
    expect(await from(app, "::ffff:192.0.2.1")).toBe("4.29 1");
    expect(await from(app, "2001:db8::1")).toBe("2.05");
    expect(await from(app, "2001:db8:0:0:ffff::2")).toBe("4.29 1");
    expect(await from(app, "2001:db8:0:1::1")).toBe("2.05");
    const [reader, writer] = [await tokenOf("reader"), await tokenOf("writer")];
    expect(await from(app, "192.0.2.1", reader, "/known")).toBe("2.05");
    expect(await from(app, "192.0.2.9", reader, "/known")).toBe("4.29 1");
    expect(await from(app, "192.0.2.1", writer, "/known")).toBe("2.05");
    const principal = { source: PrincipalSource.Psk, name: "reader" };
    const secured = await app.inject({ method: "GET", path: "/known", peer: { address: "192.0.2.1", principal } });
    expect(secured.code).toBe("2.05");
  });

  it("forget the address that was quiet for the longest, and never an identity for an address", async () => {
    const { app, auth } = await open({ requestsPerS: 0.001, requestBurst: 1, throttleEntries: 2 });
    const token = await tokenOf("reader");
    expect(await from(app, "192.0.2.1", token, "/known")).toBe("2.05");
    for (const last of [2, 3, 4]) expect(await from(app, `192.0.2.${last}`)).toBe("2.05");
    expect(await from(app, "192.0.2.2")).toBe("2.05");
    expect(await from(app, "192.0.2.1", token, "/known")).toBe("4.29 1000");
    expect(auth.counters).toMatchObject({ throttled: 3, throttledEvicted: 2 });
  });

  it("count requests with tokens that are not accepted, too", async () => {
    const { app, auth } = await open({ requestsPerS: 1, requestBurst: 1 });
    const bad = await tokenOf("reader", {}, `${SECRET}!`);
    for (const code of ["4.01", "4.29 1"]) expect(await from(app, "192.0.2.1", bad, "/known")).toBe(code);
    expect(auth.counters).toMatchObject({ rateLimited: 1, failuresLimited: 0 });
  });

  it("are none unless the app says so", async () => {
    const { app } = await open({});
    for (let i = 0; i < 100; i++) expect(await from(app, "192.0.2.1")).toBe("2.05");
  });
});

describe("refused tokens", () => {
  it("stop an address from having more looked at, good ones too, unless they are remembered", async () => {
    const { app, clock, auth, audit } = await open({ failedTokens: 2, failedTokenWindowMs: 10_000 });
    const [good, other, bad] = [
      await tokenOf("reader"),
      await tokenOf("writer"),
      await tokenOf("reader", {}, `${SECRET}!`),
    ];
    expect(await from(app, "192.0.2.1", good, "/known")).toBe("2.05");
    for (let i = 0; i < 2; i++) expect(await from(app, "192.0.2.1", bad, "/known")).toBe("4.01");
    expect(await from(app, "192.0.2.1", bad, "/known")).toBe("4.29 5");
    expect(audit.at(-1)).toMatchObject({ reason: "too-many-failures", code: "4.29" });
    expect(await from(app, "192.0.2.1", other, "/known")).toBe("4.29 5");
    expect(await from(app, "192.0.2.1", good, "/known")).toBe("2.05");
    expect(await from(app, "192.0.2.2", other, "/known")).toBe("2.05");
    expect(auth.counters).toMatchObject({ tokensRefused: 2, failuresLimited: 2, tokensVerified: 4 });
    await clock.advance(5_000);
    expect(await from(app, "192.0.2.1", bad, "/known")).toBe("4.01");
    expect(await from(app, "192.0.2.1", bad, "/known")).toBe("4.29 5");
  });

  it("from a forged address do not lock out who is there over a secured transport, nor who is authenticated", async () => {
    const { app } = await open({ failedTokens: 1, requestsPerS: 1, requestBurst: 2 });
    const [good, bad] = [await tokenOf("reader"), await tokenOf("reader", {}, `${SECRET}!`)];
    const ask = async (peer: InjectRequest["peer"], token: string) =>
      (
        await app.inject({
          method: "GET",
          path: "/known",
          peer: { address: "192.0.2.1", ...peer },
          options: bearing(token),
        })
      ).code;
    const pump = { scheme: "coaps", principal: { source: PrincipalSource.Psk, name: "pump" } };
    const valve = { scheme: "coaps", principal: { source: PrincipalSource.Psk, name: "valve" } };
    for (const code of ["4.01", "4.29"]) expect(await ask({}, bad)).toBe(code);
    expect(await ask(valve, bad)).toBe("4.01");
    expect(await ask(valve, good)).toBe("4.29");
    expect(await ask({ scheme: "coaps" }, bad)).toBe("4.01");
    expect(await ask(pump, good)).toBe("2.05");
  });

  it("that come all at once are not told apart from good ones beyond the limit", async () => {
    let asked = 0;
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const verifier: TokenVerifier = {
      kind: "slow",
      isCacheable: false,
      recognizes: () => true,
      verify: async (token) => {
        if (++asked === 4) answer();
        await answered;
        const name = Buffer.from(token).toString();
        if (name !== "good") return { ok: false, reason: "unknown" };
        return { ok: true, value: { name, scopes: [], roles: [], claims: {} } };
      },
    };
    const { app, auth } = await open({ tokens: [verifier], failedTokens: 2 });
    const codes = ["1", "2", "3", "good"].map((token) => from(app, "192.0.2.1", token, "/known"));
    expect(await Promise.all(codes)).toEqual(["4.01", "4.01", "4.29 30", "4.29 30"]);
    expect(auth.counters).toMatchObject({ tokensRefused: 2, failuresLimited: 2 });
  });

  it("count for logins, too", async () => {
    const { app } = await open({ failedTokens: 1, loginPath: "/login" });
    const peer = { principal: { source: PrincipalSource.Psk, name: "pump" } };
    const logIn = async () => (await app.inject({ method: "POST", path: "/login", peer, payload: "guess" })).code;
    expect([await logIn(), await logIn()]).toEqual(["4.01", "4.29"]);
  });
});
