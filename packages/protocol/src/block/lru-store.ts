import type { Clock, Timer } from "../ports/clock.js";
import { LruLink, LruList } from "./lru-list.js";

/** What an {@link LruStore} may hold. */
export interface LruLimits {
  /** Sum of the costs of all entries. */
  readonly bytes: number;
  /** Entries in all. */
  readonly entries: number;
  /** Entries of one peer. */
  readonly perPeer: number;
  /** How long an unused entry stays, in milliseconds. */
  readonly idleMs: number;
}

/** Why an entry left without being removed: room for another, its time, or its peer is gone. */
export type DropReason = "evicted" | "expired" | "forgotten";

/** Measured cost of an entry beside key and value: its objects, and its places in maps and lists. */
const ENTRY_BYTES = 1024;

/** A value with its places in the store. */
export class LruEntry<T> {
  usedAtMs = 0;
  costBytes = 0;
  readonly inStore: LruLink<LruEntry<T>> = new LruLink<LruEntry<T>>(this);
  readonly inPeer: LruLink<LruEntry<T>> = new LruLink<LruEntry<T>>(this);

  constructor(
    readonly peer: number,
    readonly key: string,
    readonly value: T,
  ) {}
}

/** Bounded table of what peers have under way: at a limit the longest unused goes first; one timer expires all. */
export class LruStore<T> {
  /** Entries that had to make room. */
  evicted = 0;
  /** Entries that were not used for too long. */
  expired = 0;
  readonly #clock: Clock;
  readonly #limits: LruLimits;
  readonly #onDrop: (value: T, reason: DropReason) => void;
  readonly #byKey = new Map<string, LruEntry<T>>();
  readonly #byPeer = new Map<number, LruList<LruEntry<T>>>();
  readonly #all = new LruList<LruEntry<T>>();
  #bytes = 0;
  #timer: Timer | undefined;

  /** `onDrop` learns of entries that leave by themselves, after they have left. */
  constructor(clock: Clock, limits: LruLimits, onDrop: (value: T, reason: DropReason) => void = () => undefined) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  /** Number of entries. */
  get size(): number {
    return this.#all.size;
  }

  /** Sum of the costs, each with its key and a fixed part. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry with this key; finding it is no use of it. */
  get(key: string): LruEntry<T> | undefined {
    return this.#byKey.get(key);
  }

  /** Adds a value under a key that is not taken; `undefined`, and nothing evicted, when it alone is above the limit. */
  add(peer: number, key: string, value: T, valueBytes: number): LruEntry<T> | undefined {
    const entry = new LruEntry(peer, key, value);
    const costBytes = costOf(entry, valueBytes);
    if (costBytes > this.#limits.bytes || this.#limits.entries < 1 || this.#limits.perPeer < 1) return undefined;
    const ofPeer = this.#byPeer.get(peer);
    if (ofPeer !== undefined && ofPeer.size >= this.#limits.perPeer) this.#evict(ofPeer.oldest);
    if (this.#all.size >= this.#limits.entries) this.#evict(this.#all.oldest);
    while (this.#bytes + costBytes > this.#limits.bytes) this.#evict(this.#all.oldest);
    this.#link(entry, costBytes);
    return entry;
  }

  /** Marks the entry as used now. */
  touch(entry: LruEntry<T>): void {
    entry.usedAtMs = this.#clock.nowMs();
    this.#all.touch(entry.inStore);
    this.#byPeer.get(entry.peer)?.touch(entry.inPeer);
  }

  /** Marks the entry as used and sets its cost; false, and nothing evicted, when it alone is above the limit. */
  resize(entry: LruEntry<T>, valueBytes: number): boolean {
    const costBytes = costOf(entry, valueBytes);
    if (costBytes > this.#limits.bytes) return false;
    this.touch(entry);
    this.#bytes += costBytes - entry.costBytes;
    entry.costBytes = costBytes;
    while (this.#bytes > this.#limits.bytes) this.#evict(this.#all.oldest);
    return true;
  }

  /** Takes the entry out, without `onDrop`. */
  remove(entry: LruEntry<T>): void {
    if (this.#byKey.get(entry.key) !== entry) return;
    this.#byKey.delete(entry.key);
    this.#all.remove(entry.inStore);
    const ofPeer = this.#byPeer.get(entry.peer);
    ofPeer?.remove(entry.inPeer);
    if (ofPeer?.size === 0) this.#byPeer.delete(entry.peer);
    this.#bytes -= entry.costBytes;
    if (this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Drops everything of a peer. */
  forgetPeer(peer: number): void {
    const ofPeer = this.#byPeer.get(peer);
    if (ofPeer === undefined) return;
    for (let entry = ofPeer.oldest; entry !== undefined; entry = ofPeer.oldest) this.#drop(entry, "forgotten");
  }

  /** Drops everything. */
  clear(): void {
    for (let entry = this.#all.oldest; entry !== undefined; entry = this.#all.oldest) this.#drop(entry, "forgotten");
  }

  #link(entry: LruEntry<T>, costBytes: number): void {
    entry.usedAtMs = this.#clock.nowMs();
    entry.costBytes = costBytes;
    this.#bytes += costBytes;
    this.#byKey.set(entry.key, entry);
    this.#all.add(entry.inStore);
    const ofPeer = this.#byPeer.get(entry.peer) ?? new LruList<LruEntry<T>>();
    ofPeer.add(entry.inPeer);
    this.#byPeer.set(entry.peer, ofPeer);
    this.#timer ??= this.#clock.setTimer(this.#limits.idleMs, () => this.#expire());
  }

  #evict(entry: LruEntry<T> | undefined): void {
    if (entry === undefined) return;
    this.evicted++;
    this.#drop(entry, "evicted");
  }

  #drop(entry: LruEntry<T>, reason: DropReason): void {
    this.remove(entry);
    this.#onDrop(entry.value, reason);
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    for (let entry = this.#all.oldest; entry !== undefined; entry = this.#all.oldest) {
      const leftMs = entry.usedAtMs + this.#limits.idleMs - nowMs;
      if (leftMs > 0) {
        this.#timer ??= this.#clock.setTimer(leftMs, () => this.#expire());
        return;
      }
      this.expired++;
      this.#drop(entry, "expired");
    }
  }
}

function costOf(entry: { readonly key: string }, valueBytes: number): number {
  return ENTRY_BYTES + 2 * entry.key.length + valueBytes;
}
