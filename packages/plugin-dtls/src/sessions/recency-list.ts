import type { Session } from "./session.js";

/** Established sessions in the order of their last use, so that both the idle and the least recently used are found at one end. */
export class RecencyList {
  /** Ticks without use after which a session is idle. */
  readonly expiryTicks: number;
  #oldest: Session | undefined;
  #newest: Session | undefined;

  constructor(expiryTicks: number) {
    this.expiryTicks = expiryTicks;
  }

  get oldest(): Session | undefined {
    return this.#oldest;
  }

  add(session: Session, tick: number): void {
    session.usedAtTick = tick;
    session.older = this.#newest;
    session.newer = undefined;
    if (this.#newest === undefined) this.#oldest = session;
    else this.#newest.newer = session;
    this.#newest = session;
  }

  /** Marks as used. */
  touch(session: Session, tick: number): void {
    if (session === this.#newest) {
      session.usedAtTick = tick;
      return;
    }
    this.remove(session);
    this.add(session, tick);
  }

  /** The oldest one, if it has not been used for `expiryTicks`. */
  expired(tick: number): Session | undefined {
    const oldest = this.#oldest;
    return oldest !== undefined && tick - oldest.usedAtTick >= this.expiryTicks ? oldest : undefined;
  }

  /** Takes out a session that is in the list. */
  remove(session: Session): void {
    const { older, newer } = session;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    session.older = undefined;
    session.newer = undefined;
  }
}
