import { ExpiringMap } from "./expiring-map.js";

interface Bucket {
  level: number;
  readMs: number;
}

/** How fast a bucket fills, and how much it holds. */
export interface BucketRate {
  /** Tokens that come in each second. */
  readonly perS: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** One token bucket for each key; a bucket that has had the time to fill up is forgotten. */
export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #fillMs: number;
  readonly #buckets: ExpiringMap<Bucket>;

  /** @param limit most buckets; beyond it the one not used for the longest is forgotten, which is as if it were full */
  constructor(rate: BucketRate, limit: number) {
    this.#rate = rate;
    this.#fillMs = (rate.burst / rate.perS) * 1000;
    this.#buckets = new ExpiringMap(limit);
  }

  get size(): number {
    return this.#buckets.size;
  }

  get evicted(): number {
    return this.#buckets.evicted;
  }

  /** Takes one token. @returns 0, or the milliseconds until there is one; then none was taken */
  take(key: string, nowMs: number): number {
    const waitMs = this.waitMs(key, nowMs);
    if (waitMs === 0) this.spend(key, nowMs);
    return waitMs;
  }

  /** Milliseconds until there is a token; 0 where there is one. */
  waitMs(key: string, nowMs: number): number {
    const missing = 1 - this.#levelOf(this.#buckets.get(key, nowMs), nowMs);
    return missing <= 0 ? 0 : (missing / this.#rate.perS) * 1000;
  }

  /** Takes a token, as far as there is one. */
  spend(key: string, nowMs: number): void {
    const level = this.#levelOf(this.#buckets.get(key, nowMs), nowMs);
    this.#buckets.set(key, { level: Math.max(0, level - 1), readMs: nowMs }, nowMs + this.#fillMs, nowMs);
  }

  #levelOf(bucket: Bucket | undefined, nowMs: number): number {
    const { perS, burst } = this.#rate;
    return bucket === undefined ? burst : Math.min(burst, bucket.level + ((nowMs - bucket.readMs) / 1000) * perS);
  }
}
