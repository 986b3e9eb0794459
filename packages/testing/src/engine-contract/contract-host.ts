import type { Clock, EngineHost, Timer } from "@coapkit/core";
import { OptionRegistry, type OptionsView } from "@coapkit/protocol";
import { SILENT } from "../silent-logger.js";

const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;

/** What an engine gets from a contract instead of an app. */
export interface HostSettings {
  readonly clock?: Clock | undefined;
  readonly bodyLimitBytes?: ((method: number, options: OptionsView) => number) | undefined;
  readonly streamsBody?: ((method: number, options: OptionsView) => boolean) | undefined;
}

/** The machine's time; knows which of its timers are set. */
export class WatchedClock implements Clock {
  readonly #set = new Set<Timer>();

  get pendingTimers(): number {
    return this.#set.size;
  }

  nowMs(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timeout = setTimeout(() => {
      this.#set.delete(timer);
      callback();
    }, delayMs).unref();
    const timer: Timer = {
      cancel: () => {
        clearTimeout(timeout);
        this.#set.delete(timer);
      },
    };
    this.#set.add(timer);
    return timer;
  }
}

/** The kernel as an engine sees it. */
export function contractHost({ clock, bodyLimitBytes, streamsBody }: HostSettings = {}): EngineHost {
  return {
    clock: clock ?? new WatchedClock(),
    log: SILENT,
    options: new OptionRegistry(),
    bodyLimitBytes: bodyLimitBytes ?? (() => DEFAULT_BODY_LIMIT_BYTES),
    streamsBody: streamsBody ?? (() => false),
  };
}
