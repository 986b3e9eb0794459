/** A timer that can be called off. */
export interface Timer {
  /** Has no effect after it fired. */
  cancel(): void;
}

/** Time for everything that waits; tests pass a virtual one. */
export interface Clock {
  /** Monotonic time in milliseconds; only differences mean anything. */
  nowMs(): number;
  /** Calls back once after `delayMs` milliseconds; never keeps the process alive by itself. */
  setTimer(delayMs: number, callback: () => void): Timer;
}
