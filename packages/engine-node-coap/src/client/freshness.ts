const HALF = 1 << 23;
const WRAP = 1 << 24;
const STALE_MS = 128_000;

/** Tells newer notifications from reordered ones. RFC 7641 §3.4. */
export class Freshness {
  #sequence: number | undefined;
  #atMs = 0;

  /** Whether a notification is the newest so far; if so it becomes the one to compare with. */
  accept(sequence: number, nowMs: number): boolean {
    if (this.#sequence !== undefined && nowMs <= this.#atMs + STALE_MS && !isAfter(sequence, this.#sequence))
      return false;
    this.#sequence = sequence;
    this.#atMs = nowMs;
    return true;
  }
}

function isAfter(next: number, previous: number): boolean {
  const distance = (next - previous + WRAP) % WRAP;
  return distance > 0 && distance < HALF;
}
