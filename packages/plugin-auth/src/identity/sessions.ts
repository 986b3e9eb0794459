import type { Clock, RequestContext } from "@coapkit/core";
import { ExpiringMap } from "../limits/expiring-map.js";
import { type Identity, identityKey } from "./identity.js";

type Peer = RequestContext["peer"];

/** How many, and how long. */
export interface SessionOptions {
  readonly sessions: number;
  /** Longest life of a session, in milliseconds. */
  readonly sessionMs: number;
}

interface Session {
  readonly identity: Identity;
  /** Who the transport said it was when it logged in. */
  readonly principal: string;
}

/** Identities that peers have logged in with, by the peer's key: it goes with the session of the transport. */
export class Sessions {
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #sessions: ExpiringMap<Session>;

  constructor(options: SessionOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#sessions = new ExpiringMap(options.sessions);
  }

  get size(): number {
    return this.#sessions.size;
  }

  get evicted(): number {
    return this.#sessions.evicted;
  }

  /** Binds an identity to a peer until its token ends. @returns false for a peer that the transport has not authenticated */
  bind({ key, principal }: Peer, identity: Identity): boolean {
    if (principal === undefined) return false;
    const nowMs = this.#clock.nowMs();
    const expiresMs = Math.min(identity.expiresMs ?? Number.POSITIVE_INFINITY, nowMs + this.#options.sessionMs);
    const bound = Object.freeze({ ...identity, expiresMs });
    this.#sessions.set(key, { identity: bound, principal: identityKey(principal) }, expiresMs, nowMs);
    return true;
  }

  /** Who a peer has logged in as. */
  of({ key, principal }: Peer): Identity | undefined {
    if (this.#sessions.size === 0 || principal === undefined) return undefined;
    const session = this.#sessions.get(key, this.#clock.nowMs());
    return session?.principal === identityKey(principal) ? session.identity : undefined;
  }

  end({ key }: Peer): boolean {
    return this.#sessions.delete(key);
  }

  /** Ends the sessions of somebody. */
  forget(isUnwanted: (identity: Identity) => boolean): number {
    return this.#sessions.deleteWhere(({ identity }) => isUnwanted(identity));
  }
}
