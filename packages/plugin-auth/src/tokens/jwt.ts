import { KeyObject } from "node:crypto";
import { boolean, defineOptions, instance, integer, list, type Result, text } from "@coapkit/core";
import { errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { nameOf, textsOf } from "./claim-values.js";
import { jwtKeys } from "./jwt-keys.js";
import { type InputOf, readTokenOptions, secret, texts, wrongOptions } from "./options.js";
import type { TokenVerifier, VerifiedToken } from "./token-verifier.js";

/** Schema of the options. @internal */
export const jwtOptions = defineOptions({
  secret: secret(),
  publicKey: instance<KeyObject>(
    "a public KeyObject",
    (value) => value instanceof KeyObject && value.type === "public",
  ),
  jwks: instance<JSONWebKeySet>("a JSON Web Key Set", (value) => Array.isArray((value as JSONWebKeySet | null)?.keys)),
  jwksUri: instance<URL>("a URL", (value) => value instanceof URL),
  algorithms: list<string>("algorithm names", (item) => typeof item === "string"),
  issuer: texts(),
  audience: texts(),
  clockToleranceS: integer({ default: 5, max: 600 }),
  requireExpiry: boolean({ default: true }),
  nameClaim: text({ default: "sub" }),
  scopeClaim: text({ default: "scope" }),
  rolesClaim: text({ default: "roles" }),
});

/** What `jwt` takes; the README has the table. */
export type JwtOptions = InputOf<typeof jwtOptions>;

/** Three parts of base64url: header, payload, signature. RFC 7515 §3.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const latin1 = new TextDecoder("latin1");

/**
 * Reads JSON Web Tokens (RFC 7519) that are signed or MACed, by `jose`.
 * @throws ConfigError unless there is an audience and exactly one of `secret`, `publicKey`, `jwks` and `jwksUri`
 * @example auth({ tokens: [jwt({ jwksUri: new URL("https://as.example/jwks"), issuer: "https://as.example", audience: "meters" })] })
 */
export function jwt(input: JwtOptions): TokenVerifier {
  const options = readTokenOptions("jwt", jwtOptions, input);
  const { audience, issuer, clockToleranceS, requireExpiry, nameClaim, scopeClaim, rolesClaim } = options;
  if (audience === undefined) throw wrongOptions("jwt", "audience: say whom tokens have to be meant for.");
  const { key, algorithms } = jwtKeys(options);
  const read = (claims: JWTPayload): Result<VerifiedToken> => {
    const name = nameOf(claims[nameClaim]);
    if (!name.ok) return name;
    const expiresAtMs = claims.exp === undefined ? undefined : (claims.exp + clockToleranceS) * 1000;
    const scopes = textsOf(claims[scopeClaim]);
    return { ok: true, value: { name: name.value, scopes, roles: textsOf(claims[rolesClaim]), claims, expiresAtMs } };
  };
  return {
    kind: "jwt",
    isCacheable: true,
    recognizes: (token) => COMPACT.test(latin1.decode(token)),
    verify: async (token, atMs) => {
      try {
        const { payload } = await jwtVerify(latin1.decode(token), key, {
          algorithms: [...algorithms],
          audience: typeof audience === "string" ? audience : [...audience],
          ...(issuer === undefined ? {} : { issuer: typeof issuer === "string" ? issuer : [...issuer] }),
          clockTolerance: clockToleranceS,
          currentDate: new Date(atMs),
          requiredClaims: requireExpiry ? ["exp"] : [],
        });
        return read(payload);
      } catch (error) {
        if (isRefusal(error)) return { ok: false, reason: error.code };
        throw error;
      }
    },
  };
}

/** Faults of a key server say nothing of the token. */
const NOT_THE_TOKEN: readonly string[] = ["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"];

function isRefusal(error: unknown): error is errors.JOSEError {
  return error instanceof errors.JOSEError && !NOT_THE_TOKEN.includes(error.code);
}
