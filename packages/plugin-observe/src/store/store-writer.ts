import type { Clock, Logger } from "@coapkit/core";
import type { ObservationStore, StoredRelation } from "./observation-store.js";

/** What a relation has become: what is to be kept of it, or that it is gone. */
type Change = StoredRelation | "gone";

/** What a writer needs. */
export interface StoreWriterSettings {
  readonly log: Logger;
  readonly clock: Clock;
  /** Most changes that wait; beyond them the oldest is dropped. */
  readonly limit: number;
}

/** Longest time for one call of a store; what takes longer has failed. */
export const STORE_TIMEOUT_MS = 5000;

/**
 * Writes to a store one after the other, in the background. Of each relation only the newest state waits. A store that
 * does not answer makes nobody wait for ever: neither what waits behind a call, nor the app's close.
 */
export class StoreWriter {
  readonly #store: ObservationStore;
  readonly #settings: StoreWriterSettings;
  readonly #waiting = new Map<string, Change>();
  #writing: Promise<void> | undefined;
  #isClosing = false;
  /** Calls of the store that failed, and changes that were dropped. */
  failures = 0;

  constructor(store: ObservationStore, settings: StoreWriterSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  save(relation: StoredRelation): void {
    this.#add(relation.id, relation);
  }

  delete(id: string): void {
    this.#add(id, "gone");
  }

  /** Everything that is kept; nothing where the store fails. */
  async load(): Promise<StoredRelation[] | undefined> {
    return this.#call(async () => [...(await this.#store.load())]);
  }

  /** Resolves when nothing waits, or the store has stopped answering. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#writing;
  }

  #add(id: string, change: Change): void {
    this.#waiting.delete(id);
    this.#waiting.set(id, change);
    if (this.#waiting.size > this.#settings.limit) this.#drop(1);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    await undefined; // what changes in the same turn is written once
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [id, change] = next;
      await this.#call(() => (change === "gone" ? this.#store.delete(id) : this.#store.save(change)));
    }
    this.#writing = undefined;
  }

  #next(): [string, Change] | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first[0]);
    return first;
  }

  async #call<T>(call: () => T | Promise<T>): Promise<T | undefined> {
    const { log, clock } = this.#settings;
    let cancel = (): void => undefined;
    try {
      const result = call();
      if (typeof (result as Partial<PromiseLike<T>> | undefined)?.then !== "function") return result;
      const timeout = new Promise<never>((_, reject) => {
        const timer = clock.setTimer(STORE_TIMEOUT_MS, () => {
          if (this.#isClosing) this.#drop(this.#waiting.size);
          reject(new Error(`The observation store has not answered within ${STORE_TIMEOUT_MS} ms.`));
        });
        cancel = () => timer.cancel();
      });
      return await Promise.race([result, timeout]);
    } catch (err) {
      this.failures++;
      log.error({ err }, "observation store failed");
      return undefined;
    } finally {
      cancel();
    }
  }

  /** A relation that is not saved ends with the app, one that is not deleted with the Reset of its client: both are bearable. */
  #drop(count: number): void {
    for (const id of [...this.#waiting.keys()].slice(0, count)) this.#waiting.delete(id);
    this.failures += count;
  }
}
