import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { encode } from "cborg";
import { describe, expect, it } from "vitest";
import { cwt } from "../src/index.js";
import { AUDIENCE, SECRET, START_MS } from "./support/test-app.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const EXP = START_MS / 1000 + 60;

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
  const mac = (
    header: Map<number, unknown> | Uint8Array,
    hash = "sha256",
    length = 32,
    content = payload,
    unprotectedHeader = new Map<number, unknown>(),
  ) => {
    const protectedBytes = header instanceof Map ? encode(header) : header;
    const proof = createHmac(hash, secret)
      .update(encode(["MAC0", protectedBytes, new Uint8Array(0), content]))
      .digest();
    return encode([protectedBytes, unprotectedHeader, content, proof.subarray(0, length)]);
  };
  /** Genuine, with another header that is not part of what the proof speaks of. */
  const withUnprotected = (...entries: readonly (readonly [number, unknown])[]) =>
    mac(new Map([[1, 5]]), "sha256", 32, payload, new Map(entries));

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
    [
      "a critical parameter that is not protected",
      withUnprotected([2, [99]]),
      "a critical header parameter is not understood",
    ],
    ["a parameter in both headers", withUnprotected([1, 5]), "a header parameter is in both headers"],
    ["a header with a key twice", mac(Uint8Array.of(0xa2, 1, 5, 1, 5)), "malformed CBOR"],
    ["a header that is no map", mac(Uint8Array.of(0x81, 1)), "a header is no map"],
    ["a tagged header", mac(Uint8Array.of(0xc9, 0xa1, 1, 5)), "a header is no map"],
    [
      "an algorithm in the header that is not protected",
      mac(new Uint8Array(0), "sha256", 32, payload, new Map([[1, 5]])),
      "the algorithm is not protected, or not supported",
    ],
    [
      "claims with a key twice",
      mac(new Map([[1, 5]]), "sha256", 32, Uint8Array.of(0xa2, 2, 0x61, 97, 2, 0x61, 98)),
      "malformed CBOR",
    ],
    ["a CWT in a CWT", Uint8Array.of(0xd8, 61, 0xd8, 61, ...mac(new Map([[1, 5]]))), "no COSE_Sign1 or COSE_Mac0"],
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
    ["the tag of something else", Uint8Array.of(0xd8, 61, 0xd8, 98, 0x80), "no COSE_Sign1 or COSE_Mac0"],
    ["an array of another length", Uint8Array.of(0xd8, 61, 0x83, 1, 2, 3), "no COSE_Sign1 or COSE_Mac0"],
    ["parts that are no byte strings", encode([1, new Map(), 3, 4]), "a part of the COSE message is no byte string"],
    ["bytes after its end", Uint8Array.of(...mac(new Map([[1, 5]])), 0), "malformed CBOR"],
    ["arrays in each other", new Uint8Array(1034).fill(0x81), "malformed CBOR"],
  ])("refuses a token with %s", async (_title, token, reason) => {
    expect(await cwt({ keys: [{ secret }], audience }).verify(token, START_MS)).toEqual({ ok: false, reason });
  });

  it("reads strings and maps of indefinite length, whose proof is over what they hold (RFC 9052 §4.4)", async () => {
    const proof = mac(new Map([[1, 5]])).subarray(-32);
    const parts = [0x5f, 0x42, 0xa1, 1, 0x41, 5, 0xff, 0xbf, 0xff, 0x5f, 0x58, payload.length, ...payload, 0xff];
    const token = Uint8Array.of(0x9f, ...parts, 0x58, 32, ...proof, 0xff);
    const verifier = cwt({ keys: [{ secret }], audience });
    expect((await verifier.verify(Uint8Array.of(0xd1, ...token), START_MS)).ok).toBe(true);
    expect((await verifier.verify(Uint8Array.of(0xd2, ...token), START_MS)).ok).toBe(false);
  });

  it("does not take an opaque text for a token because of how it begins", () => {
    const verifier = cwt({ keys: [{ secret }], audience });
    const genuine = Buffer.from(mac(new Map([[1, 5]]))).toString("base64url");
    for (const text of ["hEllo-world", "0oRabcdefghi", "2D3RRRRRRRRR", `${genuine}AAAA`])
      expect(verifier.recognizes(utf8(text)), text).toBe(false);
    expect(verifier.recognizes(utf8(genuine))).toBe(true);
  });

  it.each([
    [{ keys: [{ secret }] }, "audience: say whom"],
    [{ audience: "a" }, "keys: give one at least."],
    [{ audience: "a", keys: [{}] }, "give each either a secret or a publicKey."],
    [{ audience: "a", keys: [{ secret: new Uint8Array(16) }] }, "keys: a secret has 32 bytes or more; found 16 bytes."],
  ])("refuses the options %o", (options, message) => {
    expect(() => cwt(options as Parameters<typeof cwt>[0])).toThrow(message);
  });
});
