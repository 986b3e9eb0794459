import type { SessionsUsage } from "./sessions-server.js";

/** What a run with many sessions found; its only line on standard output. */
export interface SessionsReport {
  /** Sessions that were opened. */
  readonly sessions: number;
  /** Until all were established. */
  readonly openMs: number;
  /** Sessions that answered one request, and rightly. */
  readonly answered: number;
  /** Answers that are not what was asked for. */
  readonly wrong: number;
  readonly before: SessionsUsage;
  readonly established: SessionsUsage;
  /** After one request over each. */
  readonly used: SessionsUsage;
  /** After all were closed. */
  readonly after: SessionsUsage;
  /** Resident set of the load process with all sessions. */
  readonly generatorRssBytes: number;
  /** Processor time of the load process. */
  readonly generatorCpuUs: number;
}
