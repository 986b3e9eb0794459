import type { Clock, Timer } from "../ports/clock.js";

const TICK_MS = 1_000;

/** Seconds that cost nothing to read: a timer counts them while there is traffic. */
export class CoarseClock {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #nowS = 0;
  #wasRead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whole seconds; at most one behind. */
  nowS(): number {
    this.#wasRead = true;
    if (this.#timer === undefined) this.#tick();
    return this.#nowS;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    if (!this.#wasRead) return;
    this.#wasRead = false;
    this.#nowS = Math.floor(this.#clock.nowMs() / TICK_MS);
    this.#timer = this.#clock.setTimer(TICK_MS, this.#tick);
  };
}
