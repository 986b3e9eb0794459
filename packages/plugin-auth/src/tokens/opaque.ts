import { createHash, timingSafeEqual } from "node:crypto";
import type { Awaitable, Result } from "@coapkit/core";
import { andThen } from "../awaitable.js";
import type { Grants } from "../identity/identity.js";
import { wrongOptions } from "./options.js";
import type { TokenVerifier, VerifiedToken } from "./token-verifier.js";

/** What a look-up knows of a token. */
export interface TokenGrant extends Grants {
  /** Whom it was given to. */
  readonly name: string;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly expiresAt?: Date | undefined;
}

/** A grant in a list of tokens, with the SHA-256 of the token in place of the token. */
export interface ListedToken extends TokenGrant {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

const UNKNOWN: Result<VerifiedToken> = Object.freeze({ ok: false, reason: "unknown token" });
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Reads tokens without a form of their own: whatever no other verifier recognizes, so list it last.
 * @param lookUp gets the token as text; `undefined` for one that it does not know. Asked for each request. To compare
 * secrets it should use digests, as `tokenList` does
 */
export function opaque(lookUp: (token: string) => Awaitable<TokenGrant | undefined>): TokenVerifier {
  if (typeof lookUp !== "function") throw wrongOptions("opaque", "Pass a function that looks a token up.");
  return {
    kind: "opaque",
    isCacheable: false,
    recognizes: () => true,
    verify: (token, atMs) => {
      const text = textOf(token);
      return andThen(text === undefined ? undefined : lookUp(text), (grant) => read(grant, atMs));
    },
  };
}

/**
 * A look-up in a fixed list, for `opaque`. It holds digests only, and the time it takes does not depend on the token.
 * @throws ConfigError for a digest that is none
 */
export function tokenList(tokens: readonly ListedToken[]): (token: string) => TokenGrant | undefined {
  const entries = tokens.map((grant) => ({ digest: digestOf(grant), grant }));
  return (token) => {
    const wanted = createHash("sha256").update(token).digest();
    let found: TokenGrant | undefined;
    for (const { digest, grant } of entries) if (timingSafeEqual(digest, wanted)) found = grant;
    return found;
  };
}

function digestOf({ sha256, name }: ListedToken): Buffer {
  if (!SHA256_HEX.test(sha256))
    throw wrongOptions("tokenList", `sha256 of "${name}": write the SHA-256 of the token as 64 hexadecimal digits.`);
  return Buffer.from(sha256, "hex");
}

function read(grant: TokenGrant | undefined | null, atMs: number): Result<VerifiedToken> {
  if (grant === undefined || grant === null) return UNKNOWN; // null is what databases say
  const { name, scopes = [], roles = [], claims = {}, expiresAt } = grant;
  const expiresAtMs = expiresAt?.getTime();
  if (expiresAtMs !== undefined && !(expiresAtMs > atMs)) return { ok: false, reason: "expired" };
  return { ok: true, value: { name, scopes, roles, claims, expiresAtMs } };
}

function textOf(token: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(token);
  } catch {
    return undefined;
  }
}
