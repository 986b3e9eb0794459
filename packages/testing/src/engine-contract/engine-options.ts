import type { EngineFactory } from "@coapkit/core";

/** What can be set for an engine's contract. */
export interface EngineContractOptions {
  /** Address that the engine listens on; `undefined` for an engine without a network, whose clients reach its own server. */
  readonly host?: string | undefined;
  /** Names of counters that are levels: they are 0 when nothing is under way. @defaultValue `openExchanges` */
  readonly levels?: readonly string[] | undefined;
  /** Titles of cases that do not hold for the engine, each with the reason, which the skipped test then shows. */
  readonly exceptions?: Readonly<Record<string, string>> | undefined;
  /** Longest time in milliseconds for a request, a notification, or a close. @defaultValue 5000 */
  readonly deadlineMs?: number | undefined;
}

/** What the cases work with. */
export interface EngineSubject {
  readonly makeEngine: EngineFactory;
  readonly host: string | undefined;
  readonly levels: readonly string[];
  readonly deadlineMs: number;
}
