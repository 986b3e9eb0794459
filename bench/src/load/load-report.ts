/** What one run of the load generator found; its only line on standard output. */
export interface LoadReport {
  /** Right answers in the time measured. */
  readonly answers: number;
  /** Right answers in all, the warm-up included. */
  readonly totalAnswers: number;
  /** Time measured, in seconds. */
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  /** Requests without a reply in time. */
  readonly lost: number;
  /** Replies that are not what was asked for, the warm-up included. */
  readonly wrong: number;
  /** Replies to requests that were answered before. */
  readonly stale: number;
  /** Answers that came as separate responses. */
  readonly separate: number;
  /** The generator's own share of one core; near 1 it is what limits the run. */
  readonly generatorCpuShare: number;
  /** Processor time of the generator's process from its start to the end of the run, in microseconds. */
  readonly generatorCpuUs: number;
}
