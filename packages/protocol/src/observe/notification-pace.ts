/** Weight of a new sample in the estimate of the round-trip time. */
const SAMPLE_WEIGHT = 1 / 8;
/** How long an estimate holds without a new sample, in milliseconds. */
const RTT_LIFETIME_MS = 60_000;

/**
 * How often a client may be sent a NON notification: once per round-trip time, or per interval while that is not known.
 * One pace for all observations of a client. RFC 7641 §4.5.1.
 */
export class NotificationPace {
  readonly #intervalMs: number;
  /** Clock milliseconds of the last NON notification. */
  #lastNonMs = Number.NEGATIVE_INFINITY;
  #rttMs = 0;
  #rttUntilMs = Number.NEGATIVE_INFINITY;

  /** @param intervalMs between NON notifications while the round-trip time is not known; 0: no limit */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Whether a NON notification may go now, which is noted then. */
  takeNon(nowMs: number): boolean {
    const intervalMs = nowMs < this.#rttUntilMs ? Math.min(this.#rttMs, this.#intervalMs) : this.#intervalMs;
    if (nowMs - this.#lastNonMs < intervalMs) return false;
    this.#lastNonMs = nowMs;
    return true;
  }

  /** A confirmable notification was acknowledged. */
  sample(sentMs: number, nowMs: number): void {
    const rttMs = nowMs - sentMs;
    this.#rttMs = nowMs < this.#rttUntilMs ? this.#rttMs + (rttMs - this.#rttMs) * SAMPLE_WEIGHT : rttMs;
    this.#rttUntilMs = nowMs + RTT_LIFETIME_MS;
  }

  /** It had to be sent again: nobody knows which transmission was acknowledged, and the network may be congested. */
  forget(): void {
    this.#rttUntilMs = Number.NEGATIVE_INFINITY;
  }
}
