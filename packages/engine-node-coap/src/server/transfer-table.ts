import type { Clock, Timer } from "@coapkit/core";
import type { Counters } from "../counters.js";

/** Bounds of a TransferTable. */
export interface TransferLimits {
  readonly maxBytes: number;
  readonly maxEntriesPerPeer: number;
  readonly idleMs: number;
}

interface Entry<T> {
  readonly peerKey: string;
  readonly value: T;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Unfinished transfers, the longest idle first; at a limit that one goes. One timer for all. */
export class TransferTable<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #perPeer = new Map<string, number>();
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #limits: TransferLimits;
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, counters: Counters, limits: TransferLimits) {
    this.#clock = clock;
    this.#counters = counters;
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Puts or replaces an entry and makes it the one used last. False when it alone exceeds the limit. */
  put(key: string, peerKey: string, value: T, bytes: number): boolean {
    this.delete(key);
    if (bytes > this.#limits.maxBytes) return false;
    if ((this.#perPeer.get(peerKey) ?? 0) >= this.#limits.maxEntriesPerPeer) this.#evictOldestOf(peerKey);
    while (this.#bytes + bytes > this.#limits.maxBytes) this.#evictOldestOf(undefined);
    this.#entries.set(key, { peerKey, value, bytes, usedMs: this.#clock.nowMs() });
    this.#perPeer.set(peerKey, (this.#perPeer.get(peerKey) ?? 0) + 1);
    this.#bytes += bytes;
    this.#arm();
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    const rest = (this.#perPeer.get(entry.peerKey) ?? 1) - 1;
    if (rest === 0) this.#perPeer.delete(entry.peerKey);
    else this.#perPeer.set(entry.peerKey, rest);
  }

  clear(): void {
    this.#entries.clear();
    this.#perPeer.clear();
    this.#bytes = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #evictOldestOf(peerKey: string | undefined): void {
    for (const [key, entry] of this.#entries) {
      if (peerKey !== undefined && entry.peerKey !== peerKey) continue;
      this.#counters.add("transfersEvicted");
      this.delete(key);
      return;
    }
  }

  #arm(): void {
    this.#timer ??= this.#clock.setTimer(this.#limits.idleMs, () => this.#expire());
  }

  #expire(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.nowMs();
    for (const [key, entry] of this.#entries) {
      const leftMs = entry.usedMs + this.#limits.idleMs - nowMs;
      if (leftMs > 0) {
        this.#timer = this.#clock.setTimer(leftMs, () => this.#expire());
        return;
      }
      this.#counters.add("transfersExpired");
      this.delete(key);
    }
  }
}
