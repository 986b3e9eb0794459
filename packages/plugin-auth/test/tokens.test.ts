import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { encode } from "cborg";
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

  it("throws where the key server does not answer, for that says nothing of the token", async () => {
    const verifier = jwt({ jwksUri: new URL("http://127.0.0.1:1/jwks"), audience: AUDIENCE });
    const token = utf8(await signed(ec.privateKey, "ES256"));
    await expect(verifier.verify(token, START_MS)).rejects.toThrow();
  });

  it.each([
    [{ secret: SECRET }, "audience: say whom tokens have to be meant for."],
    [{ audience: "a" }, "Give exactly one of secret, publicKey, jwks and jwksUri; found 0."],
    [{ audience: "a", secret: SECRET, publicKey: ec.publicKey }, "found 2."],
    [{ audience: "a", secret: "short" }, 'secret: found "short"; allowed: a secret of 32 bytes or more'],
    [{ audience: "a", secret: SECRET, algorithms: ["ES256"] }, '"ES256" does not go with the key'],
    [{ audience: "a", publicKey: ec.publicKey, algorithms: ["HS256"] }, '"HS256" does not go with the key'],
    [{ audience: "a", publicKey: ec.privateKey }, "publicKey: found an object; allowed: a public KeyObject"],
    [{ audience: "a", jwks: {} }, "jwks: found an object; allowed: a JSON Web Key Set"],
  ])("refuses the options %o", (options, message) => {
    expect(() => jwt(options as Parameters<typeof jwt>[0])).toThrow(message);
  });
});

describe("cwt", () => {
  const secret = utf8(SECRET);
  const audience = AUDIENCE;
  const payload = encode(
    new Map<number | string, unknown>([
      [2, "meter-7"],
      [3, [AUDIENCE, "x"]],
      [4, EXP],
      [9, "read write"],
      ["roles", ["a"]],
    ]),
  );
  const mac = (header: Map<number, unknown>, hash = "sha256", length = 32, content = payload) => {
    const protectedBytes = encode(header);
    const proof = createHmac(hash, secret)
      .update(encode(["MAC0", protectedBytes, new Uint8Array(0), content]))
      .digest();
    return encode([protectedBytes, new Map(), content, proof.subarray(0, length)]);
  };

  /** The proof is last, after its length. */
  const lengthened = (token: Uint8Array) => {
    const longer = Uint8Array.of(...token, 0);
    longer[token.length - 33] = 33;
    return longer;
  };

  it.each([
    [4, "sha256", 8],
    [5, "sha256", 32],
    [6, "sha384", 48],
    [7, "sha512", 64],
  ])("checks MACs of algorithm %i", async (alg, hash, length) => {
    const verifier = cwt({ keys: [{ secret }], audience });
    expect(await verifier.verify(mac(new Map([[1, alg]]), hash, length), START_MS)).toMatchObject({
      ok: true,
      value: { name: "meter-7", scopes: ["read", "write"], roles: ["a"] },
    });
  });

  it.each([
    [-7, "sha256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    [-35, "sha384", generateKeyPairSync("ec", { namedCurve: "P-384" })],
    [-36, "sha512", generateKeyPairSync("ec", { namedCurve: "P-521" })],
    [-8, null, generateKeyPairSync("ed25519")],
  ] as const)("checks signatures of algorithm %i", async (alg, hash, { privateKey, publicKey }) => {
    const protectedBytes = encode(new Map([[1, alg]]));
    const content = encode(["Signature1", protectedBytes, new Uint8Array(0), payload]);
    const proof = sign(hash, content, { key: privateKey, dsaEncoding: "ieee-p1363" });
    const token = encode([protectedBytes, new Map(), payload, new Uint8Array(proof)]);
    expect(await cwt({ keys: [{ secret }, { publicKey }], audience }).verify(token, START_MS)).toMatchObject({
      ok: true,
    });
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(await cwt({ keys: [{ publicKey: other }], audience }).verify(token, START_MS)).toMatchObject({ ok: false });
  });

  it.each([
    ["an algorithm that is not known", mac(new Map([[1, 99]])), "the algorithm is not protected, or not supported"],
    ["no algorithm", mac(new Map()), "the algorithm is not protected, or not supported"],
    [
      "a critical parameter",
      mac(
        new Map<number, unknown>([
          [1, 5],
          [2, [99]],
        ]),
      ),
      "a critical header parameter is not understood",
    ],
    ["a MAC cut short", mac(new Map([[1, 5]]), "sha256", 8), "no key has made the proof"],
    ["a MAC and a byte", lengthened(mac(new Map([[1, 5]]))), "no key has made the proof"],
    [
      "a MAC in the place of a signature",
      Uint8Array.of(0xd2, ...mac(new Map([[1, 5]]))),
      "the algorithm does not go with the message",
    ],
    ["claims that are no map", mac(new Map([[1, 5]]), "sha256", 32, encode([1])), "the claims are no map"],
    ["claims that are no CBOR", mac(new Map([[1, 5]]), "sha256", 32, Uint8Array.of(0xff)), "malformed CBOR"],
    [
      "an end that is no number",
      mac(new Map([[1, 5]]), "sha256", 32, encode(new Map([[4, "x"]]))),
      "a date is no number",
    ],
    ["no end", mac(new Map([[1, 5]]), "sha256", 32, encode(new Map([[2, "x"]]))), "it does not expire"],
    ["the tag of something else", Uint8Array.of(0xd8, 61, 0xd8, 98, 0x80), "malformed CBOR"],
    ["an array of another length", Uint8Array.of(0xd8, 61, 0x83, 1, 2, 3), "no COSE_Sign1 or COSE_Mac0"],
    ["parts that are no byte strings", encode([1, new Map(), 3, 4]), "a part of the COSE message is no byte string"],
    ["bytes after its end", Uint8Array.of(...mac(new Map([[1, 5]])), 0), "malformed CBOR"],
    ["arrays in each other", new Uint8Array(1034).fill(0x81), "malformed CBOR"],
  ])("refuses a token with %s", async (_title, token, reason) => {
    expect(await cwt({ keys: [{ secret }], audience }).verify(token, START_MS)).toEqual({ ok: false, reason });
  });

  it.each([
    [{ keys: [{ secret }] }, "audience: say whom"],
    [{ audience: "a" }, "keys: give one at least."],
    [{ audience: "a", keys: [{}] }, "give each either a secret or a publicKey."],
    [{ audience: "a", keys: [{ secret: new Uint8Array(16) }] }, "a secret has 32 bytes or more, not 16."],
  ])("refuses the options %o", (options, message) => {
    expect(() => cwt(options as Parameters<typeof cwt>[0])).toThrow(message);
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

  it("refuses a list with a token in the place of its digest", () => {
    expect(() => tokenList([{ sha256: "s3cret", name: "pump" }])).toThrow('sha256 of "pump": write the SHA-256');
  });
});
