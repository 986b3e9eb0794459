import type { Clock, Timer } from "@coapkit/protocol";
import type { Session } from "./session.js";

const SLOT_MS = 50;
const SLOTS = 256;
const IN_NO_SLOT = -1;

/**
 * Sessions that wait for a time, behind one timer that runs while there is any: to add, move and cancel costs the same for one
 * as for thousands. A session fires up to 50 ms late. Those that wait longer than a turn of the wheel are passed over until then.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #onDue: (session: Session) => void;
  readonly #slots: (Session | undefined)[] = new Array<Session | undefined>(SLOTS).fill(undefined);
  #size = 0;
  /** Last slot time that was served, in units of `SLOT_MS`. */
  #served = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onDue: (session: Session) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a session, or moves it to another time. */
  schedule(session: Session, dueMs: number): void {
    this.cancel(session);
    const nowMs = this.#clock.nowMs();
    if (this.#size === 0) this.#served = Math.floor(nowMs / SLOT_MS);
    session.dueMs = dueMs;
    this.#insert(session, Math.max(Math.ceil(dueMs / SLOT_MS), this.#served + 1) % SLOTS);
    this.#arm(nowMs);
  }

  /** Has no effect on what is not in the wheel. */
  cancel(session: Session): void {
    if (session.slot === IN_NO_SLOT) return;
    const { slotBefore, slotAfter, slot } = session;
    if (slotBefore === undefined) this.#slots[slot] = slotAfter;
    else slotBefore.slotAfter = slotAfter;
    if (slotAfter !== undefined) slotAfter.slotBefore = slotBefore;
    session.slot = IN_NO_SLOT;
    session.slotBefore = undefined;
    session.slotAfter = undefined;
    this.#size--;
  }

  /** Stops the timer; nothing fires any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #insert(session: Session, slot: number): void {
    const first = this.#slots[slot];
    session.slot = slot;
    session.slotAfter = first;
    if (first !== undefined) first.slotBefore = session;
    this.#slots[slot] = session;
    this.#size++;
  }

  readonly #turn = (): void => {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    const until = Math.floor(nowMs / SLOT_MS);
    const first = Math.max(this.#served + 1, until - SLOTS + 1); // after a long pause each slot is served once
    this.#served = until;
    for (let time = first; time <= until; time++) this.#serve(time % SLOTS, nowMs);
    if (this.#size > 0) this.#arm(nowMs);
  };

  /** At the beginning of the next slot, so that nothing is late by more than one. */
  #arm(nowMs: number): void {
    this.#timer ??= this.#clock.setTimer(SLOT_MS - (nowMs % SLOT_MS), this.#turn);
  }

  /** Takes the due ones out before any fires, since what they do may change the slot. */
  #serve(slot: number, nowMs: number): void {
    const due: Session[] = [];
    for (let session = this.#slots[slot]; session !== undefined; session = session.slotAfter) {
      if (session.dueMs <= nowMs) due.push(session);
    }
    for (const session of due) {
      if (session.slot !== slot || session.dueMs > nowMs) continue; // cancelled or moved by one before
      this.cancel(session);
      this.#onDue(session);
    }
  }
}
