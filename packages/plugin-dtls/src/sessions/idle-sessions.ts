import type { Clock, Timer } from "@coapkit/protocol";
import { RecencyList } from "./recency-list.js";
import type { Session } from "./session.js";

/** Steps in which the shorter expiry is measured; a session may live one step longer. */
const STEPS = 32;
const LONGEST_STEP_MS = 60_000;

/** How long sessions live without a record of their peer, in ms. */
export interface IdleLimits {
  readonly idleExpiryMs: number;
  readonly idleExpiryWithConnectionIdMs: number;
}

/** Which sessions have not been used for how long, in coarse steps, so that a record costs no reading of the clock. */
export class IdleSessions {
  readonly stepMs: number;
  readonly #clock: Clock;
  readonly #onExpired: (session: Session) => void;
  readonly #plain: RecencyList;
  readonly #withConnectionId: RecencyList;
  #tick = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, limits: IdleLimits, onExpired: (session: Session) => void) {
    const { idleExpiryMs, idleExpiryWithConnectionIdMs } = limits;
    this.#clock = clock;
    this.#onExpired = onExpired;
    this.stepMs = Math.min(LONGEST_STEP_MS, Math.ceil(Math.min(idleExpiryMs, idleExpiryWithConnectionIdMs) / STEPS));
    this.#plain = new RecencyList(this.#ticks(idleExpiryMs));
    this.#withConnectionId = new RecencyList(this.#ticks(idleExpiryWithConnectionIdMs));
  }

  add(session: Session): void {
    this.#listOf(session).add(session, this.#tick);
    this.#timer ??= this.#clock.setTimer(this.stepMs, this.#step);
  }

  touch(session: Session): void {
    this.#listOf(session).touch(session, this.#tick);
  }

  remove(session: Session): void {
    this.#listOf(session).remove(session);
  }

  /** The one that was used longest ago. */
  leastRecentlyUsed(): Session | undefined {
    const [a, b] = [this.#plain.oldest, this.#withConnectionId.oldest];
    if (a === undefined || b === undefined) return a ?? b;
    return a.usedAtTick <= b.usedAtTick ? a : b;
  }

  /** Stops the timer; nothing expires any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #step = (): void => {
    this.#timer = undefined;
    this.#tick++;
    for (const list of [this.#plain, this.#withConnectionId]) this.#expire(list);
    if (this.leastRecentlyUsed() !== undefined) this.#timer ??= this.#clock.setTimer(this.stepMs, this.#step);
  };

  #expire(list: RecencyList): void {
    for (let idle = list.expired(this.#tick); idle !== undefined; idle = list.expired(this.#tick))
      this.#onExpired(idle);
  }

  #listOf({ hasConnectionId }: Session): RecencyList {
    return hasConnectionId ? this.#withConnectionId : this.#plain;
  }

  /** One more, as the first step is cut short. */
  #ticks(expiryMs: number): number {
    return Math.ceil(expiryMs / this.stepMs) + 1;
  }
}
