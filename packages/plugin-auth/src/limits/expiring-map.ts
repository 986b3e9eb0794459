interface Entry<V> {
  readonly value: V;
  readonly expiresMs: number;
}

/** Values with a lifetime, at most `limit` of them: at the limit the one that was not used for the longest goes. */
export class ExpiringMap<V> {
  /** Entries that went before their time, for want of room. */
  evicted = 0;
  readonly #limit: number;
  /** The one used last is last. */
  readonly #entries = new Map<string, Entry<V>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many there are, among them some whose time is over and that nobody has asked for since. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string, nowMs: number): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresMs <= nowMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Whether there is a value; asking is no use of it. */
  has(key: string, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresMs > nowMs;
  }

  /** Adds a value. @returns false where there was no room and `evict` is false */
  set(key: string, value: V, expiresMs: number, nowMs: number, evict = true): boolean {
    this.#entries.delete(key);
    this.#dropOldest(nowMs);
    if (this.#entries.size >= this.#limit) {
      if (!evict) return false;
      this.#evictOldest();
    }
    this.#entries.set(key, { value, expiresMs });
    return true;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** Drops all entries that a test recognizes. @returns how many there were */
  deleteWhere(isUnwanted: (value: V) => boolean): number {
    let count = 0;
    for (const [key, { value }] of this.#entries) if (isUnwanted(value) && this.#entries.delete(key)) count++;
    return count;
  }

  /** Those at the front whose time is over; others are found when somebody asks for them, or evicted in their turn. */
  #dropOldest(nowMs: number): void {
    for (const [key, { expiresMs }] of this.#entries) {
      if (expiresMs > nowMs) return;
      this.#entries.delete(key);
    }
  }

  #evictOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      this.evicted++;
      return;
    }
  }
}
