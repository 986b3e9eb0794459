import type { KeyObject } from "node:crypto";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { secretBytes, wrongOptions } from "./options.js";

/** Where keys come from. */
export interface JwtKeySources {
  readonly secret: Uint8Array | string | undefined;
  readonly publicKey: KeyObject | undefined;
  readonly jwks: JSONWebKeySet | undefined;
  readonly jwksUri: URL | undefined;
  readonly algorithms: readonly string[];
}

/** Keys, with the algorithms that they may be used with. */
export interface JwtKeys {
  readonly key: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
}

/** What may be asked for by kind of key; never `none`. RFC 7518 §3.1, RFC 8037 §3.1. */
const MAC: readonly string[] = ["HS256", "HS384", "HS512"];
const RSA: readonly string[] = ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];
const EDDSA: readonly string[] = ["EdDSA", "Ed25519"];
const OF_CURVE: Readonly<Record<string, string>> = { prime256v1: "ES256", secp384r1: "ES384", secp521r1: "ES512" };
const ECDSA: readonly string[] = Object.values(OF_CURVE);

/**
 * The one source of keys. A secret goes with MACs only, a public key with signatures only: a public key is no secret, and
 * must never be taken for one. RFC 8725 §2.1.
 * @throws ConfigError
 */
export function jwtKeys(options: JwtKeySources): JwtKeys {
  const { secret, publicKey, jwks, jwksUri } = options;
  const sources = [secret, publicKey, jwks, jwksUri].filter((source) => source !== undefined);
  if (sources.length !== 1)
    throw wrongOptions("jwt", `Give exactly one of secret, publicKey, jwks and jwksUri; found ${sources.length}.`);
  if (secret !== undefined) {
    const bytes = secretBytes("jwt", "secret", secret);
    return { key: async () => bytes, algorithms: algorithmsOf(options, MAC, MAC) };
  }
  if (publicKey !== undefined) {
    const fitting = algorithmsFor(publicKey);
    return { key: async () => publicKey, algorithms: algorithmsOf(options, fitting, fitting) };
  }
  const key = jwksUri === undefined ? createLocalJWKSet(jwks as JSONWebKeySet) : createRemoteJWKSet(jwksUri);
  return { key, algorithms: algorithmsOf(options, [...ECDSA, ...EDDSA], [...ECDSA, ...EDDSA, ...RSA]) };
}

/** The algorithms that a public key is for; the token does not get to choose another. */
function algorithmsFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  if (asymmetricKeyType === "rsa") return RSA;
  if (asymmetricKeyType === "ed25519") return EDDSA;
  const ecdsa = OF_CURVE[asymmetricKeyDetails?.namedCurve ?? ""];
  if (asymmetricKeyType === "ec" && ecdsa !== undefined) return [ecdsa];
  throw wrongOptions("jwt", "publicKey: a key on P-256, P-384 or P-521, an Ed25519 or an RSA key is needed.");
}

function algorithmsOf({ algorithms }: JwtKeySources, usual: readonly string[], allowed: readonly string[]) {
  const wrong = algorithms.find((name) => !allowed.includes(name));
  if (wrong !== undefined)
    throw wrongOptions("jwt", `algorithms: "${wrong}" does not go with the key; allowed: ${allowed.join(", ")}.`);
  return algorithms.length === 0 ? usual : algorithms;
}
