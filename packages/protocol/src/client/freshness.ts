const SEQUENCE_MASK = 0xffffff;
const HALF = 1 << 23;
const STALE_MS = 128_000;

/** Tells newer notifications from reordered ones. RFC 7641 §3.4. */
export class Freshness {
  #sequence: number | undefined;
  #arrivedMs = 0;

  /** Whether a notification is newer than all before; if so, it is the one to compare with. */
  accept(sequence: number, nowMs: number): boolean {
    if (this.#sequence !== undefined && nowMs - this.#arrivedMs <= STALE_MS && !isAfter(sequence, this.#sequence)) {
      return false;
    }
    this.#sequence = sequence;
    this.#arrivedMs = nowMs;
    return true;
  }

  /** Forgets what came: a server that restarted counts anew. */
  reset(): void {
    this.#sequence = undefined;
  }
}

function isAfter(sequence: number, previous: number): boolean {
  const distance = (sequence - previous) & SEQUENCE_MASK;
  return distance > 0 && distance < HALF;
}
