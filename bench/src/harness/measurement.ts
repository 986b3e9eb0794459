import type { LoadReport } from "../load/load-report.js";

/** One server under one scenario, once. */
export interface Measurement {
  readonly server: string;
  readonly scenario: string;
  readonly round: number;
  readonly load: LoadReport;
  /** Processor time of the server per answered request, warm-up included, in microseconds. */
  readonly cpuPerRequestUs: number;
  readonly peakRssBytes: number;
  /** Share of one processor that everything else on the machine used meanwhile. */
  readonly othersCpuShare: number;
}
