import { abortedError } from "./client-error.js";

/**
 * Runs an async generator from the first `next` on, and lets its reader leave at any time: `return` aborts what the
 * generator awaits instead of queueing behind it.
 */
export class AbortableIterator<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #outer: AbortSignal | undefined;
  readonly #start: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>;
  readonly #controller = new AbortController();
  #generator: AsyncGenerator<T, void, undefined> | undefined;
  #hasLeft = false;
  #isFinished = false;

  /** @param start makes the generator, which must end with an error soon after the signal fires */
  constructor(outer: AbortSignal | undefined, start: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>) {
    this.#outer = outer;
    this.#start = start;
  }

  async next(): Promise<IteratorResult<T, void>> {
    if (this.#hasLeft) return { done: true, value: undefined };
    this.#generator ??= this.#begin();
    try {
      const result = await this.#generator.next();
      if (this.#hasLeft) return { done: true, value: undefined };
      if (result.done === true) this.#finish();
      return result;
    } catch (error) {
      this.#detach();
      this.#isFinished = true;
      if (this.#hasLeft) return { done: true, value: undefined };
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#hasLeft = true;
    this.#detach();
    const ending = this.#generator?.return();
    this.#controller.abort();
    await ending?.catch(() => undefined); // who leaves does not ask how it would have ended
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #begin(): AsyncGenerator<T, void, undefined> {
    if (this.#outer?.aborted === true) this.#onAbort();
    else this.#outer?.addEventListener("abort", this.#onAbort, { once: true });
    return this.#start(this.#controller.signal);
  }

  /** The generator may stand still at a value that its reader has taken: then only `return` ends it. */
  readonly #onAbort = (): void => {
    this.#controller.abort(this.#outer?.reason);
    this.#generator?.return().catch(() => undefined); // `next` says why
  };

  /** @throws AbortedError where the generator ended because of the signal */
  #finish(): void {
    this.#detach();
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (this.#controller.signal.aborted) throw abortedError(this.#controller.signal);
  }

  #detach(): void {
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }
}
