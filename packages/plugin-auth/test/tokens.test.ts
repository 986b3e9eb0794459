import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { cwt, jwt, opaque, tokenList } from "../src/index.js";
import { AUDIENCE, SECRET, START_MS, tokenOf } from "./support/test-app.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const EXP = START_MS / 1000 + 60;
const claims = { sub: "meter-7", aud: AUDIENCE, exp: EXP, scope: "read write" };

describe("jwt", () => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ed = generateKeyPairSync("ed25519");
  const signed = (key: KeyObject, alg: string, payload: Record<string, unknown> = claims, kid?: string) =>
    new SignJWT(payload).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) }).sign(key);

  it("reads name, scopes, roles and end of a MACed token", async () => {
    const verifier = jwt({ secret: SECRET, audience: AUDIENCE, clockToleranceS: 0 });
    const token = utf8(await tokenOf("admin"));
    expect(verifier.recognizes(token)).toBe(true);
    expect(await verifier.verify(token, START_MS)).toMatchObject({
      ok: true,
      value: { name: "admin", scopes: ["write"], roles: ["admin"], expiresAtMs: START_MS + 3_600_000 },
    });
  });

  it.each([
    ["ES256", ec],
    ["EdDSA", ed],
  ])("reads a token signed with %s, by a public key and by a key set", async (alg, { privateKey, publicKey }) => {
    const token = utf8(await signed(privateKey, alg, claims, "k1"));
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg }] };
    for (const verifier of [jwt({ publicKey, audience: AUDIENCE }), jwt({ jwks, audience: [AUDIENCE, "x"] })])
      expect(await verifier.verify(token, START_MS)).toMatchObject({ ok: true, value: { name: "meter-7" } });
  });

  it("takes names, scopes and roles from the claims that it is told", async () => {
    const verifier = jwt({
      secret: SECRET,
      audience: AUDIENCE,
      nameClaim: "client_id",
      scopeClaim: "scp",
      rolesClaim: "groups",
    });
    const token = utf8(await tokenOf("x", { client_id: "c1", scp: ["a", 1, "b"], groups: "g h" }));
    expect(await verifier.verify(token, START_MS)).toMatchObject({
      ok: true,
      value: { name: "c1", scopes: ["a", "b"], roles: ["g", "h"] },
    });
  });

  const refusals: readonly [string, () => Promise<string>, string][] = [
    [
      "another secret",
      () => tokenOf("reader", {}, "another secret, of 32 bytes or more"),
      "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    ],
    ["another audience", () => tokenOf("reader", { aud: "doors" }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["another issuer", () => tokenOf("reader", { iss: "evil" }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["an end in the past", () => tokenOf("reader", { iss: "as", exp: START_MS / 1000 - 6 }), "ERR_JWT_EXPIRED"],
    ["no end", () => tokenOf("reader", { iss: "as", exp: undefined }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["a beginning in the future", () => tokenOf("reader", { iss: "as", nbf: EXP }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["no subject", () => tokenOf("", { iss: "as" }), "no subject"],
    [
      "the algorithm none",
      async () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.AA`,
      "ERR_JOSE_ALG_NOT_ALLOWED",
    ],
    ["a header that is no JSON", async () => "AA.AA.AA", "ERR_JWS_INVALID"],
  ];
  it.each(refusals)("refuses a token with %s", async (_title, make, reason) => {
    const verifier = jwt({ secret: SECRET, audience: AUDIENCE, issuer: "as" });
    expect(await verifier.verify(utf8(await make()), START_MS)).toEqual({ ok: false, reason });
  });

  it("never takes a public key for a secret", async () => {
    const pem = ec.publicKey.export({ type: "spki", format: "pem" }) as string;
    const forged = utf8(await tokenOf("admin", {}, pem));
    const verifier = jwt({ publicKey: ec.publicKey, audience: AUDIENCE });
    expect(await verifier.verify(forged, START_MS)).toEqual({ ok: false, reason: "ERR_JOSE_ALG_NOT_ALLOWED" });
  });

  it.each([
    ["EdDSA", ed.privateKey],
    ["ES384", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
  ])("refuses a token signed with %s where the key is for ES256", async (alg, privateKey) => {
    const token = utf8(await signed(privateKey, alg));
    const jwks = { keys: [await exportJWK(ec.publicKey)] };
    for (const verifier of [jwt({ publicKey: ec.publicKey, audience: AUDIENCE }), jwt({ jwks, audience: AUDIENCE })])
      expect(await verifier.verify(token, START_MS)).toMatchObject({ ok: false });
  });

  it("reads a token signed by RSA, which key sets take only when told to", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const token = utf8(await signed(privateKey, "PS256"));
    const jwks = { keys: [await exportJWK(publicKey)] };
    const codes = [
      jwt({ publicKey, audience: AUDIENCE }),
      jwt({ jwks, audience: AUDIENCE, algorithms: ["PS256"] }),
      jwt({ jwks, audience: AUDIENCE }),
    ].map(async (verifier) => (await verifier.verify(token, START_MS)).ok);
    expect(await Promise.all(codes)).toEqual([true, true, false]);
  });

  it("refuses, and never throws for, headers of all kinds", async () => {
    const jwks = {
      keys: [
        { ...(await exportJWK(ec.publicKey)), kid: "a" },
        { ...(await exportJWK(ed.publicKey)), kid: "b" },
      ],
    };
    const verifiers = [
      jwt({ secret: SECRET, audience: AUDIENCE }),
      jwt({ publicKey: ec.publicKey, audience: AUDIENCE }),
      jwt({ publicKey: ed.publicKey, audience: AUDIENCE }),
      jwt({ jwks, audience: AUDIENCE }),
    ];
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const more = [
      {},
      { kid: "a" },
      { kid: "b" },
      { kid: 1 },
      { crit: ["b64"], b64: false },
      { crit: ["x"], x: 1 },
      { typ: 7 },
    ];
    for (const verifier of verifiers)
      for (const alg of [
        "HS256",
        "HS512",
        "ES256",
        "ES512",
        "EdDSA",
        "Ed25519",
        "RS256",
        "none",
        "",
        7,
        null,
        { a: 1 },
      ])
        for (const header of more)
          for (const proof of ["AA", Buffer.alloc(64).toString("base64url")]) {
            const token = utf8(`${encoded({ alg, ...header })}.${encoded(claims)}.${proof}`);
            expect((await verifier.verify(token, START_MS)).ok).toBe(false);
          }
  });

  it("reads a token by the keys of a server, which it asks once", async () => {
    let requests = 0;
    const jwk = { ...(await exportJWK(ec.publicKey)), kid: "k1" };
    const server = createServer((_request, response) => {
      requests++;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const verifier = jwt({ jwksUri: new URL(`http://127.0.0.1:${port}/jwks`), audience: AUDIENCE });
    const token = utf8(await signed(ec.privateKey, "ES256", claims, "k1"));
    for (let i = 0; i < 2; i++) expect(await verifier.verify(token, START_MS)).toMatchObject({ ok: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(requests).toBe(1);
  });

  it.each([
    [5, true],
    [4, false],
    [0, false],
  ])(
    "takes a token 4.5 s after its end and before its beginning with a tolerance of %i s: %s",
    async (clockToleranceS, isTaken) => {
      const verifier = jwt({ secret: SECRET, audience: AUDIENCE, clockToleranceS });
      const late = utf8(await tokenOf("reader", { exp: START_MS / 1000 - 4 }));
      expect((await verifier.verify(late, START_MS + 500)).ok).toBe(isTaken);
      const early = utf8(await tokenOf("reader", { nbf: START_MS / 1000 + 5 }));
      expect((await verifier.verify(early, START_MS + 500)).ok).toBe(isTaken);
    },
  );

  it.each([
    ["an error", 500, ""],
    ["no key set", 200, "{}"],
    ["no JSON", 200, "<html>"],
  ])("throws where the key server answers with %s", async (_title, status, body) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const verifier = jwt({ jwksUri: new URL(`http://127.0.0.1:${port}/jwks`), audience: AUDIENCE });
    await expect(verifier.verify(utf8(await signed(ec.privateKey, "ES256")), START_MS)).rejects.toThrow();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("throws where the key server does not answer, for that says nothing of the token", async () => {
    const verifier = jwt({ jwksUri: new URL("http://127.0.0.1:1/jwks"), audience: AUDIENCE });
    const token = utf8(await signed(ec.privateKey, "ES256"));
    await expect(verifier.verify(token, START_MS)).rejects.toThrow();
  });

  it.each([
    [{ secret: SECRET }, "audience: say whom tokens have to be meant for."],
    [{ audience: "a" }, "Give exactly one of secret, publicKey, jwks and jwksUri; found 0."],
    [{ audience: "a", secret: SECRET, publicKey: ec.publicKey }, "found 2."],
    [{ audience: "a", secret: "short" }, "secret: a secret has 32 bytes or more; found 5 bytes."],
    [{ audience: "a", secret: 12345678 }, "secret: a secret has 32 bytes or more; found a value of type number."],
    [{ audience: "a", secret: SECRET, algorithms: ["ES256"] }, '"ES256" does not go with the key'],
    [{ audience: "a", publicKey: ec.publicKey, algorithms: ["HS256"] }, '"HS256" does not go with the key'],
    [{ audience: "a", publicKey: ec.privateKey }, "publicKey: found an object; allowed: a public KeyObject"],
    [{ audience: "a", jwks: {} }, "jwks: found an object; allowed: a JSON Web Key Set"],
  ])("refuses the options %o", (options, message) => {
    expect(() => jwt(options as unknown as Parameters<typeof jwt>[0])).toThrow(message);
  });
});

describe("any bytes", () => {
  it("are refused by every verifier, without a throw", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const verifiers = [
      jwt({ secret: SECRET, audience: AUDIENCE }),
      cwt({ keys: [{ secret: utf8(SECRET) }, { publicKey }], audience: AUDIENCE }),
      opaque(tokenList([])),
    ];
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let i = 0; i < 2_000; i++) {
      const token = Uint8Array.from({ length: random(200) }, () => random(256));
      if (random(2) === 0) token.set([0xd8, 61, 0xd1 + random(2), 0x84].slice(0, token.length));
      for (const verifier of verifiers) {
        verifier.recognizes(token);
        expect((await verifier.verify(token, START_MS)).ok).toBe(false);
      }
    }
  });
});

describe("opaque", () => {
  const sha256 = createHash("sha256").update("s3cret").digest("hex");

  it("looks tokens up in a list of digests", async () => {
    const verifier = opaque(tokenList([{ sha256, name: "pump", scopes: ["read"], expiresAt: new Date(START_MS + 1) }]));
    expect(await verifier.verify(utf8("s3cret"), START_MS)).toMatchObject({
      ok: true,
      value: { name: "pump", scopes: ["read"], roles: [], expiresAtMs: START_MS + 1 },
    });
    expect(await verifier.verify(utf8("s3cret"), START_MS + 1)).toEqual({ ok: false, reason: "expired" });
    expect(await verifier.verify(utf8("S3cret"), START_MS)).toEqual({ ok: false, reason: "unknown token" });
    expect(await verifier.verify(Uint8Array.of(0xff), START_MS)).toEqual({ ok: false, reason: "unknown token" });
  });

  it("waits for a look-up", async () => {
    const verifier = opaque(async (token) => (token === "t" ? { name: "n", roles: ["r"] } : undefined));
    expect(await verifier.verify(utf8("t"), START_MS)).toMatchObject({ ok: true, value: { name: "n", roles: ["r"] } });
    expect(await verifier.verify(utf8("u"), START_MS)).toMatchObject({ ok: false });
  });

  it("waits for what is thenable, as queries of databases are, and knows null for nobody", async () => {
    const rows = new Map([["t", { name: "n" }]]);
    const query = (token: string) => ({
      // biome-ignore lint/suspicious/noThenProperty: what libraries do
      then: (resolve: (row: unknown) => void) => resolve(rows.get(token) ?? null),
    });
    const verifier = opaque(query as unknown as Parameters<typeof opaque>[0]);
    expect(await verifier.verify(utf8("t"), START_MS)).toMatchObject({ ok: true, value: { name: "n" } });
    expect(await verifier.verify(utf8("u"), START_MS)).toEqual({ ok: false, reason: "unknown token" });
  });

  it("refuses a list with a token in the place of its digest", () => {
    expect(() => tokenList([{ sha256: "s3cret", name: "pump" }])).toThrow('sha256 of "pump": write the SHA-256');
  });
});
