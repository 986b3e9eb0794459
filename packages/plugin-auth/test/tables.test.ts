import { PrincipalSource } from "@coapkit/protocol";
import { describe, expect, it } from "vitest";
import { Authenticated, Fresh, Public, type TokenVerifier } from "../src/index.js";
import { bearing, echoOf, testApp } from "./support/test-app.js";

const MANY = 20_000;
const LIMIT = 100;
const address = (i: number) => `10.${(i >> 16) & 0xff}.${(i >> 8) & 0xff}.${i & 0xff}`;
const named: TokenVerifier = {
  kind: "named",
  isCacheable: true,
  recognizes: () => true,
  verify: (token) => {
    const name = Buffer.from(token).toString();
    if (name.startsWith("bad")) return { ok: false, reason: "bad" };
    return { ok: true, value: { name, scopes: ["read"], roles: [], claims: {} } };
  },
};

describe("tables under more peers and identities than they hold", () => {
  it("keep to their limits, and count what goes", async () => {
    const limits = {
      throttleEntries: LIMIT,
      verifiedTokens: LIMIT,
      sessions: LIMIT,
      usedEchoes: LIMIT,
      verifiedPeers: LIMIT,
    };
    const options = {
      tokens: [named],
      loginPath: "/login",
      requestsPerS: 1,
      unverifiedResponseBytes: 1,
      audit: undefined,
    };
    const { app, auth } = await testApp({ ...options, ...limits }, {}, (opened) => {
      opened.route({ method: "GET", path: "/known", metadata: [Authenticated.entry()], handler: () => "" });
      opened.route({ method: "GET", path: "/large", metadata: [Public.entry()], handler: () => "large" });
      opened.route({
        method: "PUT",
        path: "/fresh",
        metadata: [Public.entry(), Fresh.entry()],
        handler: () => undefined,
      });
    });
    for (let i = 0; i < MANY; i++) {
      const peer = { address: address(i), key: `peer ${i}` };
      const principal = { source: PrincipalSource.Psk, name: `pump ${i}` };
      await app.inject({ method: "GET", path: "/known", peer, options: bearing(`user ${i}`) });
      await app.inject({ method: "GET", path: "/known", peer, options: bearing(`bad ${i}`) });
      await app.inject({ method: "POST", path: "/login", peer: { ...peer, principal }, payload: `user ${i}` });
      for (const [method, path] of [
        ["GET", "/large"],
        ["PUT", "/fresh"],
      ] as const) {
        const echo = echoOf(await app.inject({ method, path, peer }));
        await app.inject({ method, path, peer, options: echo });
      }
    }
    const { counters } = auth;
    expect(counters).toMatchObject({
      throttled: 3 * LIMIT,
      verifiedTokens: LIMIT,
      verifiedTokensEvicted: MANY - LIMIT,
      sessions: LIMIT,
      sessionsEvicted: MANY - LIMIT,
      usedEchoes: LIMIT,
      verifiedPeers: LIMIT,
      verifiedPeersEvicted: MANY - LIMIT,
    });
    expect(counters.throttledEvicted).toBeGreaterThan(MANY);
  });
});
