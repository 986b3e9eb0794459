import type { Clock } from "@coapkit/core";
import type { Counters } from "../counters.js";

/** Bounds of a ReplayMemory. */
export interface ReplayLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** EXCHANGE_LIFETIME. RFC 7252 §4.8.2. */
  readonly lifetimeMs: number;
}

interface Entry {
  readonly fingerprint: number;
  readonly atMs: number;
  reply: Buffer | undefined;
}

/**
 * Recognizes duplicates and keeps the reply to them. RFC 7252 §4.5. npm coap's own cache knows a request only after its
 * response, and forgets it when the response went out separately. At a limit the oldest entry is forgotten.
 */
export class ReplayMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #limits: ReplayLimits;
  #bytes = 0;

  constructor(clock: Clock, counters: Counters, limits: ReplayLimits) {
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

  /** Whether the datagram is new; if not, the reply to send again, or nothing while there is none. */
  admit(key: string, datagram: Uint8Array): { readonly isNew: boolean; readonly reply: Buffer | undefined } {
    const nowMs = this.#clock.nowMs();
    const fingerprint = fingerprintOf(datagram);
    const known = this.#entries.get(key);
    if (known !== undefined && known.fingerprint === fingerprint && nowMs - known.atMs < this.#limits.lifetimeMs) {
      return { isNew: false, reply: known.reply };
    }
    this.#forget(key); // a reused message ID with other content is a new request
    this.#entries.set(key, { fingerprint, atMs: nowMs, reply: undefined });
    this.#trim(nowMs);
    return { isNew: true, reply: undefined };
  }

  /** Keeps the reply to a request that was admitted; the latest one counts. */
  remember(key: string, reply: Buffer): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes += reply.length - (entry.reply?.length ?? 0);
    entry.reply = reply;
    this.#trim(this.#clock.nowMs());
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #trim(nowMs: number): void {
    const { maxEntries, maxBytes, lifetimeMs } = this.#limits;
    for (const [key, entry] of this.#entries) {
      const isOld = nowMs - entry.atMs >= lifetimeMs;
      if (!isOld && this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
      if (!isOld) this.#counters.add("repliesForgotten");
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.reply?.length ?? 0;
    this.#entries.delete(key);
  }
}

/** FNV-1a: tells a reused message ID from a duplicate. */
function fingerprintOf(datagram: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of datagram) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
