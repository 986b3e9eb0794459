import { randomBytes } from "node:crypto";
import type { Clock, RandomSource } from "@coapkit/protocol";

/** The system's time, with timers that do not keep the process alive. */
export const clock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** The system's randomness. */
export const random: RandomSource = { fraction: Math.random, bytes: (length) => randomBytes(length) };
