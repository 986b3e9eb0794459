import type { Clock, Timer } from "@coapkit/core";

/** Something with a time to be called at. */
export interface Deadline {
  /** `undefined`: never. */
  readonly dueMs: number | undefined;
}

interface Entry<T> {
  readonly dueMs: number;
  readonly waiting: T;
}

/** Longest delay that timers of Node.js take, in milliseconds. */
const LONGEST_DELAY_MS = 0x7fffffff;
/** Entries that stand for nothing any more are swept out when they are more than the others, and all are this many. */
const SWEEP_AT = 64;

/** The deadlines of many, behind one timer: a binary heap, earliest first, with one valid entry for each. */
export class Deadlines<T extends Deadline> {
  readonly #clock: Clock;
  readonly #onDue: (waiting: T) => void;
  readonly #dueMs = new Map<T, number>();
  #heap: Entry<T>[] = [];
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onDue: (waiting: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many wait. */
  get size(): number {
    return this.#dueMs.size;
  }

  /** Takes over what `dueMs` says. */
  update(waiting: T): void {
    const { dueMs } = waiting;
    if (dueMs === undefined) return this.remove(waiting);
    if (this.#dueMs.get(waiting) === dueMs) return;
    this.#dueMs.set(waiting, dueMs);
    this.#push({ dueMs, waiting });
    this.#sweep();
    this.#arm();
  }

  remove(waiting: T): void {
    this.#dueMs.delete(waiting);
    this.#sweep();
    this.#arm();
  }

  #fire = (): void => {
    this.#disarm();
    const nowMs = this.#clock.nowMs();
    for (let first = this.#first(); first !== undefined && first.dueMs <= nowMs; first = this.#first()) {
      this.#pop();
      this.#dueMs.delete(first.waiting);
      this.#onDue(first.waiting);
    }
    this.#arm();
  };

  /** A timer that is too early finds nothing due and is set anew. */
  #arm(): void {
    const first = this.#first();
    if (first === undefined) return this.#disarm();
    if (first.dueMs >= this.#timerMs) return;
    this.#disarm();
    this.#timerMs = first.dueMs;
    const delayMs = Math.min(Math.max(0, first.dueMs - this.#clock.nowMs()), LONGEST_DELAY_MS);
    this.#timer = this.#clock.setTimer(delayMs, this.#fire);
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  /** The earliest entry that still stands for something. */
  #first(): Entry<T> | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#dueMs.get(first.waiting) === first.dueMs) return first;
      this.#pop();
    }
    return undefined;
  }

  #sweep(): void {
    if (this.#heap.length < SWEEP_AT || this.#heap.length <= 2 * this.#dueMs.size) return;
    const entries = [...this.#dueMs].map(([waiting, dueMs]) => ({ waiting, dueMs }));
    this.#heap = entries.sort((a, b) => a.dueMs - b.dueMs);
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry<T>).dueMs <= entry.dueMs) break;
      heap[at] = heap[parent] as Entry<T>;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const right = heap[child + 1];
      if (right !== undefined && right.dueMs < (heap[child] as Entry<T>).dueMs) child++;
      if ((heap[child] as Entry<T>).dueMs >= last.dueMs) break;
      heap[at] = heap[child] as Entry<T>;
      at = child;
    }
    heap[at] = last;
  }
}
