import type { Clock } from "../ports/clock.js";
import { LruStore } from "./lru-store.js";

/** EXCHANGE_LIFETIME: how long a client may reasonably take between two blocks. RFC 7959 §2.4, RFC 7252 §4.8.2. */
const EXCHANGE_LIFETIME_MS = 247_000;
const MIB = 1024 * 1024;

/** Limits of kept responses; all have defaults. */
export interface RepresentationStoreLimits {
  /** Memory of all kept responses together, with keys and bookkeeping. @defaultValue 16 MiB */
  readonly bytes?: number | undefined;
  /** Kept responses in all. @defaultValue 4096 */
  readonly entries?: number | undefined;
  /** Kept responses of one peer. @defaultValue 16 */
  readonly perPeer?: number | undefined;
  /** How long one stays after its last use, in milliseconds. @defaultValue 247000 */
  readonly idleMs?: number | undefined;
}

/** What a {@link RepresentationStore} needs. */
export interface RepresentationStoreSettings<T> {
  readonly clock: Clock;
  readonly limits?: RepresentationStoreLimits | undefined;
  /** Learns of each response that leaves the store, in whatever way: the place to close a source. */
  readonly onDrop?: ((value: T) => void) | undefined;
}

/** State and history of a {@link RepresentationStore}. */
export interface RepresentationCounters {
  /** Responses kept now. */
  readonly representations: number;
  /** Memory that they hold now, which `bytes` limits. */
  readonly representationBytes: number;
  /** Responses that had to make room for others. */
  readonly evicted: number;
  /** Responses that nobody asked for during `idleMs`. */
  readonly expired: number;
  /** Responses too large to be kept at all. */
  readonly refused: number;
}

/**
 * Whole responses that clients are fetching block by block, under the `bodyKey` of the request: so that all blocks of a
 * transfer come from one representation, and a POST is not handled again for each block. RFC 7959 §2.4, §2.7.
 *
 * At a limit the one that was not asked for longest is forgotten; its client then meets another ETag, or 4.08.
 */
export class RepresentationStore<T> {
  readonly #store: LruStore<T>;
  readonly #onDrop: (value: T) => void;
  #refused = 0;

  constructor(settings: RepresentationStoreSettings<T>) {
    const limits = settings.limits ?? {};
    this.#onDrop = settings.onDrop ?? (() => undefined);
    this.#store = new LruStore<T>(
      settings.clock,
      {
        bytes: limits.bytes ?? 16 * MIB,
        entries: limits.entries ?? 4096,
        perPeer: limits.perPeer ?? 16,
        idleMs: limits.idleMs ?? EXCHANGE_LIFETIME_MS,
      },
      this.#onDrop,
    );
  }

  /** Numbers of the moment. */
  get counters(): RepresentationCounters {
    const { size, bytes, evicted, expired } = this.#store;
    return { representations: size, representationBytes: bytes, evicted, expired, refused: this.#refused };
  }

  /**
   * Keeps a response instead of the one under the same key. `valueBytes` is the memory that it holds; false, and the
   * value dropped, when that is more than the store may hold at all.
   */
  put(peer: number, key: string, value: T, valueBytes: number): boolean {
    this.delete(key);
    if (this.#store.add(peer, key, value, valueBytes) !== undefined) return true;
    this.#refused++;
    this.#onDrop(value);
    return false;
  }

  /** The response under this key; asking for it keeps it. */
  get(key: string): T | undefined {
    const entry = this.#store.get(key);
    if (entry === undefined) return undefined;
    this.#store.touch(entry);
    return entry.value;
  }

  /** Forgets the response under this key, after its last block or when its resource has changed. */
  delete(key: string): void {
    const entry = this.#store.get(key);
    if (entry === undefined) return;
    this.#store.remove(entry);
    this.#onDrop(entry.value);
  }

  /** Forgets the responses for a peer. */
  forgetPeer(peer: number): void {
    this.#store.forgetPeer(peer);
  }

  /** Forgets all responses. */
  clear(): void {
    this.#store.clear();
  }
}
