import type { Logger } from "@coapkit/core";
import type { ObservationStore, StoredRelation } from "./observation-store.js";

/** What a relation has become: what is to be kept of it, or that it is gone. */
type Change = StoredRelation | "gone";

/**
 * Writes to a store one after the other, in the background. Of each relation only the newest state waits, so that no more
 * wait than relations have changed.
 */
export class StoreWriter {
  readonly #store: ObservationStore;
  readonly #log: Logger;
  readonly #waiting = new Map<string, Change>();
  #writing: Promise<void> | undefined;
  /** Calls of the store that failed. */
  failures = 0;

  constructor(store: ObservationStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  save(relation: StoredRelation): void {
    this.#add(relation.id, relation);
  }

  delete(id: string): void {
    this.#add(id, "gone");
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #add(id: string, change: Change): void {
    this.#waiting.set(id, change);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    await undefined; // what changes in the same turn is written once
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [id, change] = next;
      try {
        await (change === "gone" ? this.#store.delete(id) : this.#store.save(change));
      } catch (err) {
        this.failures++;
        this.#log.error({ err }, "observation store failed");
      }
    }
    this.#writing = undefined;
  }

  #next(): [string, Change] | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first[0]);
    return first;
  }
}
