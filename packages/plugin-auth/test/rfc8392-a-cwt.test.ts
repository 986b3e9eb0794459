import { createPublicKey, createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeCose } from "../src/cose/decode-cose.js";
import { readCbor } from "../src/cose/read-cbor.js";
import { verifyCose } from "../src/cose/verify-cose.js";
import { cwt } from "../src/index.js";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

/** Appendix A.2.2 and A.2.3. */
const SECRET = bytes("403697de87af64611c1d32a05dab0fe1fcb715a86ab435f1ec99192d79569388");
const X = "143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f";
const Y = "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9";
const base64url = (hex: string) => Buffer.from(hex, "hex").toString("base64url");
const publicKey = createPublicKey({
  key: { kty: "EC", crv: "P-256", x: base64url(X), y: base64url(Y) },
  format: "jwk",
});

const CLAIMS =
  "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d" +
  "041a5612aeb0051a5610d9f0061a5610d9f007420b71";
const SIGNATURE =
  "5427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd" +
  "08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30";
const SIGNED = bytes(`d28443a10126a104524173796d6d657472696345434453413235365850${CLAIMS}5840${SIGNATURE}`);
const MACED = bytes(`d83dd18443a10104a1044c53796d6d65747269633235365850${CLAIMS}48093101ef6d789200`);
const MACED_FLOAT = bytes("d18443a10104a1044c53796d6d65747269633235364ba106fb41d584367c20000048b8816f34c0542892");
const NBF_MS = 1_443_944_944_000;
const EXP_MS = 1_444_064_944_000;

const audience = "coap://light.example.com";
const issuer = "coap://as.example.com";
const verifier = cwt({
  keys: [
    { kid: "Symmetric256", secret: SECRET },
    { kid: "AsymmetricECDSA256", publicKey },
  ],
  audience,
  issuer,
  clockToleranceS: 0,
});

describe("the examples of RFC 8392, Appendix A", () => {
  it.each([
    ["A.3, signed", SIGNED],
    ["A.4, MACed, with the tag of a CWT", MACED],
    [
      "A.3 as base64url",
      new TextEncoder().encode(Buffer.from(`d83d${Buffer.from(SIGNED).toString("hex")}`, "hex").toString("base64url")),
    ],
    ["A.4 without tags", MACED.subarray(3)],
    ["A.4 without tags, as base64url", new TextEncoder().encode(Buffer.from(MACED.subarray(3)).toString("base64url"))],
    ["A.4 with one tag, as base64url", new TextEncoder().encode(Buffer.from(MACED.subarray(2)).toString("base64url"))],
  ])("reads %s", async (_title, token) => {
    expect(verifier.recognizes(token)).toBe(true);
    const read = await verifier.verify(token, NBF_MS);
    expect(read).toMatchObject({ ok: true, value: { name: "erikw", scopes: [], roles: [], expiresAtMs: EXP_MS } });
    expect(read.ok && read.value.claims["1"]).toBe(issuer);
  });

  it("checks A.7, MACed, whose claims have a floating-point date", () => {
    const message = decodeCose(MACED_FLOAT);
    const payload = message.ok ? verifyCose(message.value, [{ key: createSecretKey(SECRET) }]) : message;
    const claims = payload.ok ? readCbor(payload.value) : payload;
    expect(claims).toEqual({ ok: true, value: new Map([[6, 1_443_944_944.5]]) });
  });

  it.each([
    ["at its end", EXP_MS, "expired"],
    ["before its time", NBF_MS - 1, "not yet valid"],
  ])("refuses a token %s", async (_title, atMs, reason) => {
    expect(await verifier.verify(SIGNED, atMs)).toEqual({ ok: false, reason });
  });

  it.each([
    ["audience", cwt({ keys: [{ secret: SECRET }], audience: ["coap://door.example.com"] }), "another audience"],
    ["issuer", cwt({ keys: [{ secret: SECRET }], audience, issuer: "coap://as2.example.com" }), "another issuer"],
    ["key", cwt({ keys: [{ secret: SECRET.map((byte) => byte ^ 1) }], audience }), "no key has made the proof"],
    ["key identifier", cwt({ keys: [{ kid: "other", secret: SECRET }], audience }), "no key has made the proof"],
    ["kind of key", cwt({ keys: [{ publicKey }], audience }), "no key has made the proof"],
  ])("refuses a token of another %s", async (_title, other, reason) => {
    expect(await other.verify(MACED, NBF_MS)).toEqual({ ok: false, reason });
  });

  it("takes tokens a little late, as far as told to", async () => {
    const tolerant = cwt({ keys: [{ secret: SECRET }], audience, clockToleranceS: 5 });
    expect((await tolerant.verify(MACED, EXP_MS + 4_999)).ok).toBe(true);
    expect((await tolerant.verify(MACED, EXP_MS + 5_000)).ok).toBe(false);
  });

  it.each([
    ["signed", SIGNED],
    ["MACed", MACED],
  ])("refuses a %s token in which any bit is another one, without throwing", async (_title, token) => {
    for (let bit = 0; bit < token.length * 8; bit++) {
      const changed = token.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const read = await verifier.verify(changed, NBF_MS);
      if (read.ok) expect(isInKeyId(token, bit), `bit ${bit}`).toBe(true);
    }
  });

  it("refuses every beginning of a token, without throwing", async () => {
    for (let length = 0; length < SIGNED.length; length++) {
      expect((await verifier.verify(SIGNED.subarray(0, length), NBF_MS)).ok).toBe(false);
    }
  });
});

/** The unprotected header is not part of what is signed; there it may change, as long as it is one. */
function isInKeyId(token: Uint8Array, bit: number): boolean {
  const at = Buffer.from(token).indexOf(Buffer.from("43a101", "hex")) + 4;
  return bit >> 3 >= at && bit >> 3 < at + 22;
}
