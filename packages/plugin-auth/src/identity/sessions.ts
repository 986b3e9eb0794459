import type { Clock, RequestContext } from "@coapkit/core";
import { ExpiringMap } from "../limits/expiring-map.js";
import { type Identity, identityKey } from "./identity.js";
import { isSecured } from "./is-secured.js";

type Peer = RequestContext["peer"];

/** How many, and how long. */
export interface SessionOptions {
  readonly sessions: number;
  /** Longest life of a session, in milliseconds. */
  readonly sessionMs: number;
}

interface Session {
  readonly identity: Identity;
  /** Who the transport said it was when it logged in; empty where it did not know. */
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

  /** Whether a peer's key is that of a session that nobody else can send in: an address can be another's tomorrow. */
  takes(peer: Peer): boolean {
    return peer.principal !== undefined || isSecured(peer);
  }

  /** Binds an identity to a peer that `takes` accepts, until its token ends. */
  bind(peer: Peer, identity: Identity): void {
    const nowMs = this.#clock.nowMs();
    const expiresMs = Math.min(identity.expiresMs ?? Number.POSITIVE_INFINITY, nowMs + this.#options.sessionMs);
    const bound = Object.freeze({ ...identity, expiresMs });
    this.#sessions.set(peer.key, { identity: bound, principal: principalOf(peer) }, expiresMs, nowMs);
  }

  /** Who a peer has logged in as. */
  of(peer: Peer): Identity | undefined {
    if (this.#sessions.size === 0 || !this.takes(peer)) return undefined;
    const session = this.#sessions.get(peer.key, this.#clock.nowMs());
    return session?.principal === principalOf(peer) ? session.identity : undefined;
  }

  end({ key }: Peer): boolean {
    return this.#sessions.delete(key);
  }

  /** Ends the sessions of somebody. */
  forget(isUnwanted: (identity: Identity) => boolean): number {
    return this.#sessions.deleteWhere(({ identity }) => isUnwanted(identity));
  }
}

function principalOf({ principal }: Peer): string {
  return principal === undefined ? "" : identityKey(principal);
}
