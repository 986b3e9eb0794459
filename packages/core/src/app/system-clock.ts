import type { Clock, Timer } from "../ports/clock.js";

/** The time of the machine. */
export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  setTimer: (delayMs: number, callback: () => void): Timer => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
});
