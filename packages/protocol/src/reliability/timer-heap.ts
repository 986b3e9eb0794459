import type { Clock, Timer } from "../ports/clock.js";

/** Something that is due at a time; `HEAP_IDLE` in `heapIndex` while it is in no heap. */
export interface Due {
  dueMs: number;
  heapIndex: number;
}

/** Where an entry of no heap says it is. */
export const HEAP_IDLE = -1;

/** Things that are due at different times, the earliest first, behind one timer. */
export class TimerHeap<T extends Due> {
  readonly #clock: Clock;
  readonly #onDue: (entry: T) => void;
  readonly #entries: T[] = [];
  #timer: Timer | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: (entry: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Adds an entry, or moves it to another time. */
  schedule(entry: T, delayMs: number): void {
    this.cancel(entry);
    entry.dueMs = this.#clock.nowMs() + delayMs;
    this.#place(entry, this.#entries.length);
    this.#up(entry.heapIndex);
    this.#arm();
  }

  /** Has no effect on what is in no heap. */
  cancel(entry: T): void {
    const at = entry.heapIndex;
    if (at === HEAP_IDLE) return;
    entry.heapIndex = HEAP_IDLE;
    const last = this.#entries.pop() as T;
    if (last === entry) return this.#arm();
    this.#place(last, at);
    this.#up(at);
    this.#down(last.heapIndex);
    this.#arm();
  }

  /** Forgets everything. */
  clear(): void {
    for (const entry of this.#entries) entry.heapIndex = HEAP_IDLE;
    this.#entries.length = 0;
    this.#disarm();
  }

  /** One timer, for the first entry; one that is too early is left to find nothing due. */
  #arm(): void {
    const first = this.#entries[0];
    if (first === undefined) {
      this.#disarm();
    } else if (first.dueMs < this.#timerDueMs) {
      this.#timer?.cancel();
      this.#timerDueMs = first.dueMs;
      this.#timer = this.#clock.setTimer(Math.max(0, first.dueMs - this.#clock.nowMs()), this.#fire);
    }
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.nowMs();
    for (let first = this.#entries[0]; first !== undefined && first.dueMs <= nowMs; first = this.#entries[0]) {
      this.cancel(first);
      this.#onDue(first);
    }
    this.#arm();
  };

  #place(entry: T, at: number): void {
    this.#entries[at] = entry;
    entry.heapIndex = at;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#dueAt(parent) <= this.#dueAt(at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      if (left >= this.#entries.length) return;
      const right = left + 1;
      const child = right < this.#entries.length && this.#dueAt(right) < this.#dueAt(left) ? right : left;
      if (this.#dueAt(at) <= this.#dueAt(child)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #dueAt(index: number): number {
    return (this.#entries[index] as T).dueMs;
  }

  #swap(a: number, b: number): void {
    const first = this.#entries[a] as T;
    this.#place(this.#entries[b] as T, a);
    this.#place(first, b);
  }
}
