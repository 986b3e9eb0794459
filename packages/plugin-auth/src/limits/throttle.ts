import { type Clock, type Reply, type RequestContext, tooManyRequests } from "@coapkit/core";
import { type Identity, identityKey } from "../identity/identity.js";
import { addressGroup } from "./address-group.js";
import { TokenBuckets } from "./token-buckets.js";

type Peer = RequestContext["peer"];

/** How many requests, and how many refused tokens. */
export interface ThrottleOptions {
  /** Requests a second that one identity, or one address, may send on end; absent: any number. */
  readonly requestsPerS: number | undefined;
  /** Requests that it may send at once. */
  readonly requestBurst: number;
  /** Tokens not accepted from one address, or from one peer that the transport has authenticated, within the window. */
  readonly failedTokens: number;
  readonly failedTokenWindowMs: number;
  /** Most identities, and most addresses, that are counted at a time. */
  readonly throttleEntries: number;
}

/**
 * Counts requests of identities and addresses apart from each other, so that strangers never push out who is known. Whom the
 * transport has authenticated is never counted by address: anybody can write that into a UDP datagram.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #identities: TokenBuckets | undefined;
  readonly #addresses: TokenBuckets | undefined;
  readonly #failures: TokenBuckets;

  constructor(options: ThrottleOptions, clock: Clock) {
    const { requestsPerS, requestBurst, failedTokens, failedTokenWindowMs, throttleEntries } = options;
    this.#clock = clock;
    if (requestsPerS !== undefined) {
      const rate = { perS: requestsPerS, burst: requestBurst };
      this.#identities = new TokenBuckets(rate, throttleEntries);
      this.#addresses = new TokenBuckets(rate, throttleEntries);
    }
    const failureRate = { perS: (failedTokens / failedTokenWindowMs) * 1000, burst: failedTokens };
    this.#failures = new TokenBuckets(failureRate, throttleEntries);
  }

  /** How many are counted, and how many were forgotten for want of room. */
  get levels(): { readonly throttled: number; readonly throttledEvicted: number } {
    const all = [this.#identities, this.#addresses, this.#failures];
    const sum = (read: (buckets: TokenBuckets) => number) =>
      all.reduce((total, buckets) => total + (buckets === undefined ? 0 : read(buckets)), 0);
    return { throttled: sum(({ size }) => size), throttledEvicted: sum(({ evicted }) => evicted) };
  }

  /** Whether requests are limited. */
  get countsRequests(): boolean {
    return this.#identities !== undefined;
  }

  /** Counts a request. @returns 4.29 where there were too many. RFC 8516 §3 */
  request({ peer }: RequestContext, identity: Identity | undefined): Reply | undefined {
    if (this.#identities === undefined || this.#addresses === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    const known = identity ?? peer.principal;
    return reply(
      known === undefined
        ? this.#addresses.take(placeOf(peer), nowMs)
        : this.#identities.take(identityKey(known), nowMs),
    );
  }

  /** Whether a peer has had too many tokens refused to have another one looked at. */
  token({ peer }: RequestContext): Reply | undefined {
    return reply(this.#failures.waitMs(claimantOf(peer), this.#clock.nowMs()));
  }

  /** Counts a token that was not accepted. */
  failed({ peer }: RequestContext): void {
    this.#failures.spend(claimantOf(peer), this.#clock.nowMs());
  }
}

/** Who presents tokens, as far as the transport knows. */
function claimantOf(peer: Peer): string {
  return peer.principal === undefined ? placeOf(peer) : identityKey(peer.principal);
}

/** Where a stranger is. By scheme, too: who forges addresses of one transport does not use up those of another. */
function placeOf({ scheme, address }: Peer): string {
  return `${scheme}://${addressGroup(address)}`;
}

function reply(waitMs: number): Reply | undefined {
  return waitMs === 0 ? undefined : tooManyRequests(Math.ceil(waitMs / 1000));
}
