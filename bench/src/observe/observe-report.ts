/** What a server had in use. */
export interface MemoryLevel {
  /** Resident set. */
  readonly rssBytes: number;
  /** Objects and buffers, after a full garbage collection. */
  readonly heapBytes: number;
}

/** What a run with observers found; its only line on standard output. */
export interface ObserveReport {
  readonly observers: number;
  /** Those that were told that they observe. */
  readonly registered: number;
  /** Until all were told. */
  readonly registerMs: number;
  /** From each change to the arrival of the newest value at the last observer that got it. */
  readonly changesMs: readonly number[];
  /** Those that brought an observer a newer value than it had. */
  readonly notifications: number;
  /** Those among them that were confirmable. */
  readonly confirmable: number;
  /** Notifications, until the last change was over, of what the observer had already: most are retransmissions. */
  readonly repeated: number;
  /** Processor time of the server for all changes. */
  readonly changesCpuUs: number;
  /** Observers that lacked the newest value when the wait for it was over, summed over the changes. */
  readonly lost: number;
  /** Notifications that are not what they should be, among them any of a change after deregistration. */
  readonly wrong: number;
  readonly before: MemoryLevel;
  readonly registeredMemory: MemoryLevel;
  /** After all have deregistered. */
  readonly after: MemoryLevel;
}
