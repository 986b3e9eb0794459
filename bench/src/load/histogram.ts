/** Buckets per octave: neighbours differ by at most 1/64, so a percentile is right to 1.6 %. */
const SUB_BUCKETS = 64;
const SUB_BITS = 6;
/** One unit is 0.1 microseconds. */
const UNITS_PER_MS = 10_000;
const MAX_UNITS = 2 ** 31 - 1;
const BUCKETS = SUB_BUCKETS * (32 - SUB_BITS);

/** Counts latencies from 0.1 microseconds to 214 seconds in log-linear buckets; recording one allocates nothing. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #maxUnits = 0;

  /** How many latencies were recorded. */
  get total(): number {
    return this.#total;
  }

  /** The largest latency, in microseconds and exact; 0 without any. */
  get maxUs(): number {
    return this.#maxUnits / 10;
  }

  /** Counts one latency in milliseconds. */
  record(latencyMs: number): void {
    const units = Math.min(Math.max(Math.round(latencyMs * UNITS_PER_MS), 0), MAX_UNITS);
    const bucket = bucketOf(units);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#total++;
    if (units > this.#maxUnits) this.#maxUnits = units;
  }

  /**
   * The latency in microseconds that the share `quantile` of all latencies does not exceed; the upper end of its bucket.
   * @param quantile 0 to 1, 0.99 for p99
   * @returns 0 without any latency
   */
  percentileUs(quantile: number): number {
    const rank = Math.max(1, Math.ceil(this.#total * quantile));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) return Math.min(upperEndOf(bucket), this.#maxUnits) / 10;
    }
    return 0;
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maxUnits = 0;
  }
}

function bucketOf(units: number): number {
  if (units < SUB_BUCKETS) return units;
  const octave = 31 - Math.clz32(units) - SUB_BITS;
  return SUB_BUCKETS * (octave + 1) + ((units >>> octave) - SUB_BUCKETS);
}

function upperEndOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const octave = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (SUB_BUCKETS + (bucket % SUB_BUCKETS) + 1) * 2 ** octave - 1;
}
