import type { KeyObject } from "node:crypto";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { wrongOptions } from "./options.js";

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

const MAC_ALGORITHMS: readonly string[] = ["HS256", "HS384", "HS512"];
const SIGNATURE_ALGORITHMS: readonly string[] = ["ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** RFC 7518 §3.1, RFC 8037: what may be asked for; never `none`. */
const ALLOWED_SIGNATURES: readonly string[] = [
  ...SIGNATURE_ALGORITHMS,
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
];

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
    const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
    return { key: async () => bytes, algorithms: algorithmsOf(options, MAC_ALGORITHMS, MAC_ALGORITHMS) };
  }
  return { key: keyOf(options), algorithms: algorithmsOf(options, SIGNATURE_ALGORITHMS, ALLOWED_SIGNATURES) };
}

function keyOf({ publicKey, jwks, jwksUri }: JwtKeySources): JWTVerifyGetKey {
  if (publicKey !== undefined) return async () => publicKey;
  return jwksUri === undefined ? createLocalJWKSet(jwks as JSONWebKeySet) : createRemoteJWKSet(jwksUri);
}

function algorithmsOf({ algorithms }: JwtKeySources, usual: readonly string[], allowed: readonly string[]) {
  const wrong = algorithms.find((name) => !allowed.includes(name));
  if (wrong !== undefined)
    throw wrongOptions("jwt", `algorithms: "${wrong}" does not go with the key; allowed: ${allowed.join(", ")}.`);
  return algorithms.length === 0 ? usual : algorithms;
}
