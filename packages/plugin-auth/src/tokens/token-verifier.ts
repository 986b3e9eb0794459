import type { Awaitable, Result } from "@coapkit/core";

/** What a token says, once it is known to be genuine, in time, and meant for this app. */
export interface VerifiedToken {
  /** Whom it speaks of: the subject. Not empty. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  /** When it ends, in milliseconds since 1970; absent where it does not. */
  readonly expiresAtMs?: number | undefined;
}

/** Reads one kind of token. `jwt`, `cwt` and `opaque` make such; bring your own for others. */
export interface TokenVerifier {
  /** Name in audit records: `jwt`. */
  readonly kind: string;
  /** Whether what it finds may be remembered for `verifiedTokenMs`: not where tokens can be taken back at once. */
  readonly isCacheable: boolean;
  /** Whether a token is of this kind, by its looks; the first verifier that says so decides, and no other is asked. */
  recognizes(token: Uint8Array): boolean;
  /**
   * Checks a token that anybody may have made up. A refusal's reason goes into audit records, never to the client.
   * @param token bytes of its own, to keep for as long as it takes
   * @param atMs time of the request, in milliseconds since 1970
   * @throws where it cannot tell, because a server does not answer, say: the client gets 5.03
   */
  verify(token: Uint8Array, atMs: number): Awaitable<Result<VerifiedToken>>;
}
