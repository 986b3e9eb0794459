import type { Clock, Timer } from "@coapkit/core";

/** Bytes on their way, with the address that the receiver will see. */
export interface Arrival {
  readonly address: string;
  readonly port: number;
  readonly bytes: Uint8Array;
  /** Called where nobody listens when it arrives. */
  readonly onUnreachable: () => void;
}

/** Arrivals that fall due for one destination at one time: a batch. */
interface Due {
  readonly arrivals: Arrival[];
  readonly timer: Timer;
}

/** Datagrams under way to their destinations; those that arrive together are handed over as one batch. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #deliver: (to: string, arrivals: readonly Arrival[]) => void;
  readonly #due = new Map<string, Due>();

  constructor(clock: Clock, deliver: (to: string, arrivals: readonly Arrival[]) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** How many datagrams have not arrived yet. */
  get size(): number {
    let size = 0;
    for (const { arrivals } of this.#due.values()) size += arrivals.length;
    return size;
  }

  add(to: string, delayMs: number, arrival: Arrival): void {
    const key = `${this.#clock.nowMs() + delayMs} ${to}`;
    const due = this.#due.get(key);
    if (due !== undefined) {
      due.arrivals.push(arrival);
      return;
    }
    const arrivals = [arrival];
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#due.delete(key);
      this.#deliver(to, arrivals);
    });
    this.#due.set(key, { arrivals, timer });
  }

  /** Calls everything off. */
  clear(): void {
    for (const { timer } of this.#due.values()) timer.cancel();
    this.#due.clear();
  }
}
