import { type Clock, Code, type Exchange, type Logger, type Response, type Timer } from "@coapkit/core";
import { type Identity, identityKey } from "../identity/identity.js";

interface Observer {
  readonly exchange: Exchange;
  readonly identity: Identity;
  readonly endsMs: number;
}

/** How many. */
export interface ExpiringObserverOptions {
  /** Most observations watched. */
  readonly watchedObservers: number;
  /** Most of one identity. */
  readonly watchedObserversPerIdentity: number;
}

/** The last notification of a relation whose token is over. RFC 7641 §4.2: what is no success ends it. */
const TOKEN_OVER: Response = Object.freeze({
  code: Code.Unauthorized,
  contentFormat: undefined,
  options: [],
  payload: "",
});

/** Timers of a day at most: those of the system stop at 25 days. */
const MAX_DELAY_MS = 86_400_000;

/** Ends observations when the token ends that let them in; one timer for all. */
export class ExpiringObservers {
  /** Observations that were ended. */
  ended = 0;
  readonly #options: ExpiringObserverOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** In the order of registration. */
  readonly #observers = new Set<Observer>();
  readonly #countOf = new Map<string, number>();
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(options: ExpiringObserverOptions, clock: Clock, log: Logger) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
  }

  get size(): number {
    return this.#observers.size;
  }

  /** Watches the exchange of an answered registration, until its client loses interest. */
  watch(exchange: Exchange, identity: Identity, endsMs: number): void {
    this.#makeRoom(identityKey(identity));
    const observer = { exchange, identity, endsMs };
    this.#observers.add(observer);
    this.#count(identity, 1);
    exchange.onInterestLost(() => this.#forget(observer));
    if (this.#observers.has(observer)) this.#arm(endsMs);
  }

  /** Ends the observations of somebody. @returns how many there were */
  end(isUnwanted: (identity: Identity) => boolean): number {
    const unwanted = [...this.#observers].filter(({ identity }) => isUnwanted(identity));
    for (const observer of unwanted) this.#end(observer);
    return unwanted.length;
  }

  close(): void {
    this.#timer?.cancel();
    this.#observers.clear();
    this.#countOf.clear();
  }

  /** The oldest one goes: of the same identity where that has its share, else of all. */
  #makeRoom(key: string): void {
    const { watchedObservers, watchedObserversPerIdentity } = this.#options;
    const hasShare = (this.#countOf.get(key) ?? 0) >= watchedObserversPerIdentity;
    if (!hasShare && this.#observers.size < watchedObservers) return;
    for (const observer of this.#observers) {
      if (hasShare && identityKey(observer.identity) !== key) continue;
      this.#end(observer);
      return;
    }
  }

  #arm(endsMs: number): void {
    if (endsMs >= this.#timerMs) return;
    this.#timer?.cancel();
    this.#timerMs = endsMs;
    const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, endsMs - this.#clock.nowMs()));
    this.#timer = this.#clock.setTimer(delayMs, () => this.#endExpired());
  }

  #endExpired(): void {
    const nowMs = this.#clock.nowMs();
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const observer of [...this.#observers]) {
      if (observer.endsMs <= nowMs) this.#end(observer);
      else nextMs = Math.min(nextMs, observer.endsMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#arm(nextMs);
  }

  #end(observer: Observer): void {
    if (!this.#forget(observer)) return;
    try {
      observer.exchange.notify(TOKEN_OVER);
      this.ended++;
    } catch (err) {
      this.#log.error({ err, peer: observer.exchange.request.peer.key }, "engine could not notify");
    }
  }

  #forget(observer: Observer): boolean {
    if (!this.#observers.delete(observer)) return false;
    this.#count(observer.identity, -1);
    return true;
  }

  #count(identity: Identity, change: number): void {
    const key = identityKey(identity);
    const count = (this.#countOf.get(key) ?? 0) + change;
    if (count === 0) this.#countOf.delete(key);
    else this.#countOf.set(key, count);
  }
}
