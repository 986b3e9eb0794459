import { createHash } from "node:crypto";
import type { Awaitable, Clock, Result } from "@coapkit/core";
import { PrincipalSource } from "@coapkit/protocol";
import { andThen } from "../awaitable.js";
import { ExpiringMap } from "../limits/expiring-map.js";
import { nameOf, textsOf } from "../tokens/claim-values.js";
import type { TokenVerifier, VerifiedToken } from "../tokens/token-verifier.js";
import type { Identity } from "./identity.js";

/** What it takes to know the bearers of tokens. */
export interface TokenIdentityOptions {
  readonly tokens: readonly TokenVerifier[];
  /** Most identities remembered. */
  readonly verifiedTokens: number;
  /** Longest time that one is remembered, in milliseconds. */
  readonly verifiedTokenMs: number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** The bearers of tokens; those of signed and MACed tokens are remembered by the SHA-256 of the token. */
export class TokenIdentities {
  readonly #options: TokenIdentityOptions;
  readonly #clock: Clock;
  readonly #known: ExpiringMap<Identity>;
  /** Tokens that a verifier was asked for. */
  verified = 0;

  constructor(options: TokenIdentityOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#known = new ExpiringMap(options.verifiedTokens);
  }

  get size(): number {
    return this.#known.size;
  }

  get evicted(): number {
    return this.#known.evicted;
  }

  /** Who bears a token that was seen before; costs no verification. */
  known(token: Uint8Array): Identity | undefined {
    if (this.#known.size === 0) return undefined;
    return this.#known.get(digestOf(token), this.#clock.nowMs());
  }

  /** Who bears a token. @throws what a verifier throws that cannot tell */
  verify(token: Uint8Array): Awaitable<Result<Identity>> {
    const verifier = this.#options.tokens.find((candidate) => candidate.recognizes(token));
    if (verifier === undefined) return { ok: false, reason: "no kind of token that this app takes" };
    this.verified++;
    const atMs = this.#options.wallClock();
    return andThen(verifier.verify(token, atMs), (result) => {
      if (!result.ok) return { ok: false, reason: `${verifier.kind}: ${result.reason}` };
      const identity = this.#identityOf(result.value, atMs);
      if (!identity.ok) return { ok: false, reason: `${verifier.kind}: ${identity.reason}` };
      if (verifier.isCacheable) this.#remember(token, identity.value);
      return identity;
    });
  }

  /** Forgets the tokens of somebody. */
  forget(isUnwanted: (identity: Identity) => boolean): number {
    return this.#known.deleteWhere(isUnwanted);
  }

  /** What a verifier says comes from anywhere, such as a database: it is taken for what it is, not for what it should be. */
  #identityOf({ name, scopes, roles, claims, expiresAtMs }: VerifiedToken, atMs: number): Result<Identity> {
    const named = nameOf(name);
    if (!named.ok) return named;
    if (expiresAtMs !== undefined && !(expiresAtMs > atMs)) return { ok: false, reason: "expired" };
    const expiresMs = expiresAtMs === undefined ? undefined : this.#clock.nowMs() + expiresAtMs - atMs;
    const grants = { scopes: textsOf(scopes), roles: textsOf(roles) };
    const source = PrincipalSource.Token;
    return { ok: true, value: Object.freeze({ source, name: named.value, ...grants, claims, expiresMs }) };
  }

  #remember(token: Uint8Array, identity: Identity): void {
    const nowMs = this.#clock.nowMs();
    const untilMs = Math.min(identity.expiresMs ?? Number.POSITIVE_INFINITY, nowMs + this.#options.verifiedTokenMs);
    this.#known.set(digestOf(token), identity, untilMs, nowMs);
  }
}

function digestOf(token: Uint8Array): string {
  return createHash("sha256").update(token).digest("base64");
}
