/** Place of an entry in one {@link LruList}. */
export class LruLink<E> {
  newer: LruLink<E> | undefined;
  older: LruLink<E> | undefined;

  constructor(readonly entry: E) {}
}

/** Entries in order of use; every operation takes constant time. A link is in one list at most. */
export class LruList<E> {
  #newest: LruLink<E> | undefined;
  #oldest: LruLink<E> | undefined;
  #size = 0;

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** The entry that was not used for the longest time. */
  get oldest(): E | undefined {
    return this.#oldest?.entry;
  }

  /** Puts a link that is in no list in front. */
  add(link: LruLink<E>): void {
    link.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
    this.#size++;
  }

  /** Takes out a link that is in this list. */
  remove(link: LruLink<E>): void {
    if (link.newer === undefined) this.#newest = link.older;
    else link.newer.older = link.older;
    if (link.older === undefined) this.#oldest = link.newer;
    else link.older.newer = link.newer;
    link.newer = undefined;
    link.older = undefined;
    this.#size--;
  }

  /** Moves a link that is in this list to the front. */
  touch(link: LruLink<E>): void {
    if (link === this.#newest) return;
    this.remove(link);
    this.add(link);
  }
}
