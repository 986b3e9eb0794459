/** What a run of handshakes found; its only line on standard output. */
export interface HandshakesReport {
  /** Finished in the time measured. */
  readonly handshakes: number;
  /** Finished in all, the warm-up included. */
  readonly totalHandshakes: number;
  readonly seconds: number;
  /** Sources whose last session did not answer a request rightly. */
  readonly wrong: number;
  /** The generator's share of one core in the time measured. */
  readonly generatorCpuShare: number;
  /** Processor time of the generator's process from its start to the end of the run, in microseconds. */
  readonly generatorCpuUs: number;
}
