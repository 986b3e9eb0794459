import { createSecretKey, KeyObject } from "node:crypto";
import { boolean, defineOptions, instance, integer, list, type Result } from "@coapkit/core";
import { decodeCose } from "../cose/decode-cose.js";
import { asMap, readCbor } from "../cose/read-cbor.js";
import { type CoseKey, verifyCose } from "../cose/verify-cose.js";
import { nameOf, textsOf } from "./claim-values.js";
import { type InputOf, readTokenOptions, secretBytes, texts, wrongOptions } from "./options.js";
import type { TokenVerifier, VerifiedToken } from "./token-verifier.js";

/** A key for CWTs: a secret for MACs, or a public key for signatures. */
export interface CwtKey {
  /** Key identifier, as bytes or as a text that stands for its UTF-8 bytes. Default: none, tokens of any are tried. */
  readonly kid?: Uint8Array | string | undefined;
  /** 32 bytes or more. */
  readonly secret?: Uint8Array | undefined;
  readonly publicKey?: KeyObject | undefined;
}

/** Schema of the options. @internal */
export const cwtOptions = defineOptions({
  keys: list<CwtKey>("keys", (item) => typeof item === "object" && item !== null),
  issuer: texts(),
  audience: texts(),
  clockToleranceS: integer({ default: 5, max: 600 }),
  requireExpiry: boolean({ default: true }),
  rolesClaim: instance<string | number>("a claim's key", (key) => typeof key === "string" || Number.isInteger(key)),
});

/** What `cwt` takes; the README has the table. */
export type CwtOptions = InputOf<typeof cwtOptions>;
type ParsedCwtOptions = ReturnType<typeof readCwtOptions>;

/** Keys of claims. RFC 8392 §3.1, RFC 9200 §8.14. */
const Claim = { iss: 1, sub: 2, aud: 3, exp: 4, nbf: 5, scope: 9 } as const;
/** First bytes of what is a CWT: the tags 61, 17 and 18, and an array of four for one without a tag. */
const FIRST_BYTES: ReadonlySet<number> = new Set([0xd8, 0xd1, 0xd2, 0x84]);
/** The same as base64url, as it stands in a query: `2D3R`, `2D3S`, `0YR`, `0oR`, `hE`, `hF`. */
const BASE64URL = /^(2D3[RS]|0[Yo]R|h[EF])[\w-]+$/;

/**
 * Reads CBOR Web Tokens (RFC 8392) that are signed (COSE_Sign1) or MACed (COSE_Mac0), as bytes, or as base64url in a query.
 * @throws ConfigError unless there is an audience, and keys that are a secret or a public key each
 */
export function cwt(input: CwtOptions): TokenVerifier {
  const options = readCwtOptions(input);
  const keys = options.keys.map(coseKeyOf);
  return {
    kind: "cwt",
    isCacheable: true,
    recognizes: (token) => isBinary(token) || (isBase64url(token) && decodeCose(fromBase64url(token)).ok),
    verify: (token, atMs) => {
      const message = decodeCose(isBinary(token) ? token : fromBase64url(token));
      const payload = message.ok ? verifyCose(message.value, keys) : message;
      const read = payload.ok ? readCbor(payload.value) : payload;
      if (!read.ok) return read;
      const claims = asMap(read.value);
      return claims === undefined ? refusal("the claims are no map") : readClaims(claims, atMs, options);
    },
  };
}

function readCwtOptions(input: CwtOptions) {
  const options = readTokenOptions("cwt", cwtOptions, input);
  const { audience } = options;
  if (audience === undefined) throw wrongOptions("cwt", "audience: say whom tokens have to be meant for.");
  if (options.keys.length === 0) throw wrongOptions("cwt", "keys: give one at least.");
  return { ...options, audience, rolesClaim: options.rolesClaim ?? "roles" };
}

function coseKeyOf({ kid, secret, publicKey }: CwtKey): CoseKey {
  if ((secret === undefined) === (publicKey === undefined))
    throw wrongOptions("cwt", "keys: give each either a secret or a publicKey.");
  if (publicKey !== undefined && !(publicKey instanceof KeyObject && publicKey.type === "public"))
    throw wrongOptions("cwt", "keys: a publicKey is a public KeyObject; see createPublicKey of node:crypto.");
  const key = publicKey ?? createSecretKey(secretBytes("cwt", "keys", secret));
  return { kid: typeof kid === "string" ? new TextEncoder().encode(kid) : kid, key };
}

function readClaims(
  claims: ReadonlyMap<unknown, unknown>,
  atMs: number,
  { issuer, audience, clockToleranceS, requireExpiry, rolesClaim }: ParsedCwtOptions,
): Result<VerifiedToken> {
  const toleranceMs = clockToleranceS * 1000;
  const expiresAtMs = dateOf(claims.get(Claim.exp));
  const notBeforeMs = dateOf(claims.get(Claim.nbf));
  if (Number.isNaN(expiresAtMs) || Number.isNaN(notBeforeMs)) return refusal("a date is no number");
  if (expiresAtMs === undefined && requireExpiry) return refusal("it does not expire");
  if (expiresAtMs !== undefined && expiresAtMs + toleranceMs <= atMs) return refusal("expired");
  if (notBeforeMs !== undefined && notBeforeMs - toleranceMs > atMs) return refusal("not yet valid");
  if (!isOneOf(claims.get(Claim.aud), audience)) return refusal("another audience");
  if (issuer !== undefined && !isOneOf(claims.get(Claim.iss), issuer)) return refusal("another issuer");
  const name = nameOf(claims.get(Claim.sub));
  if (!name.ok) return name;
  const scopes = textsOf(claims.get(Claim.scope));
  const roles = textsOf(claims.get(rolesClaim));
  const value = { name: name.value, scopes, roles, claims: plainClaims(claims) };
  return { ok: true, value: expiresAtMs === undefined ? value : { ...value, expiresAtMs: expiresAtMs + toleranceMs } };
}

/** A NumericDate in milliseconds; NaN for what is none. RFC 8392 §2. */
function dateOf(claim: unknown): number | undefined {
  if (claim === undefined) return undefined;
  return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : Number.NaN;
}

function isOneOf(claim: unknown, allowed: string | readonly string[]): boolean {
  const found: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const wanted: readonly unknown[] = typeof allowed === "string" ? [allowed] : allowed;
  return found.some((item) => wanted.includes(item));
}

/** Claims by their key as text: `"4"` for exp. */
function plainClaims(claims: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of claims) {
    if (typeof key === "string" || typeof key === "number") record[key] = value;
  }
  return record;
}

function isBinary([first]: Uint8Array): boolean {
  return first !== undefined && FIRST_BYTES.has(first);
}

/** Opaque tokens may begin alike: the rest has to be read, too, before that is known. */
function isBase64url(token: Uint8Array): boolean {
  return BASE64URL.test(Buffer.from(token).toString("latin1"));
}

function fromBase64url(token: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(token).toString("latin1"), "base64url");
}

function refusal(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
