import { Histogram } from "./histogram.js";

/** What a run counts; reset when the warm-up ends. */
export class Tally {
  readonly latency = new Histogram();
  /** Requests without a reply in time; each is sent again. */
  lost = 0;
  /** Replies that are not what was asked for. */
  wrong = 0;
  /** Replies to requests that were answered before. */
  stale = 0;
  /** Right answers that came as separate responses. */
  separate = 0;

  reset(): void {
    this.latency.reset();
    this.lost = 0;
    this.wrong = 0;
    this.stale = 0;
    this.separate = 0;
  }
}
