import type { PrincipalSource } from "@coapkit/protocol";

/** Who is asking, and what it may do. Frozen. */
export interface Identity {
  /** How it has proven who it is. */
  readonly source: PrincipalSource;
  /** Unique among identities of one source: compare both. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** What else the token says; empty for identities of the transport. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** When it ends, as a reading of the app's clock in milliseconds; absent where it does not. */
  readonly expiresMs?: number | undefined;
}

/** What somebody may do. */
export interface Grants {
  readonly scopes?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** Name of an identity in tables: unique over all sources. */
export function identityKey({ source, name }: Pick<Identity, "source" | "name">): string {
  return `${source}:${name}`;
}
