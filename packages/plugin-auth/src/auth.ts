import type { Freshness } from "./echo/freshness.js";
import type { AuthCounters } from "./gate/auth-counters.js";
import type { Identity } from "./identity/identity.js";
import type { Sessions } from "./identity/sessions.js";
import type { TokenIdentities } from "./identity/token-identities.js";
import type { Throttle } from "./limits/throttle.js";
import type { ExpiringObservers } from "./observers/expiring-observers.js";

/** What `Auth` speaks for. @internal */
export interface AuthParts {
  readonly counters: AuthCounters;
  readonly tokens: TokenIdentities;
  readonly sessions: Sessions;
  readonly observers: ExpiringObservers;
  readonly throttle: Throttle;
  readonly freshness: Freshness;
}

/** Counters of the plugin, and a way to forget somebody: ask for it by its type in a constructor, or by `app.resolve(Auth)`. */
export class Auth {
  readonly #parts: AuthParts;

  /** @internal */
  constructor(parts: AuthParts) {
    this.#parts = parts;
  }

  /**
   * Forgets somebody at once: remembered tokens, logins, and the observations that a token has let in; for tokens that
   * were taken back. The token itself is checked anew when it comes again.
   * @returns how many sessions and observations ended
   */
  forget(isMeant: (identity: Identity) => boolean): number {
    const { tokens, sessions, observers } = this.#parts;
    tokens.forget(isMeant);
    return sessions.forget(isMeant) + observers.end(isMeant);
  }

  /** What has been decided since the start, and how full the tables are. */
  get counters() {
    const { counters, tokens, sessions, observers, throttle, freshness } = this.#parts;
    return {
      ...counters,
      tokensVerified: tokens.verified,
      observersEnded: observers.ended,
      verifiedTokens: tokens.size,
      verifiedTokensEvicted: tokens.evicted,
      sessions: sessions.size,
      sessionsEvicted: sessions.evicted,
      watchedObservers: observers.size,
      ...throttle.levels,
      ...freshness.levels,
    } as const;
  }
}
