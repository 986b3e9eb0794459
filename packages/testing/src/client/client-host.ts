import type { Clock, EngineHost } from "@coapkit/core";
import { OptionRegistry } from "@coapkit/protocol";
import { SILENT } from "../silent-logger.js";

const SYSTEM_CLOCK: Clock = Object.freeze({
  nowMs: () => performance.now(),
  setTimer(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
});

/** What an engine that only sends requests needs to know of its app. */
export function clientHost(): EngineHost {
  return { clock: SYSTEM_CLOCK, log: SILENT, options: new OptionRegistry(), bodyLimitBytes: () => 0 };
}
