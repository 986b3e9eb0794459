import type { Logger, RequestContext } from "@coapkit/core";

/** Whom a feed tells of its values. */
export interface FeedListener {
  /** There is a newer value. */
  onValue(): void;
  /** The iterator has thrown. */
  onError(error: unknown): void;
}

/** What a feed needs. */
export interface FeedSettings {
  readonly log: Logger;
  /** Called once, when nobody has to be told that the feed runs any more. */
  onStop(feed: Feed): void;
}

/**
 * The values that one handler's async iterable gives, shared by all who asked alike. The first value is taken at once, the
 * others from `attach` on, one for each turn of the event loop at most; only the newest is kept. Whoever uses it retains
 * it; when the last has released it, the iterator is closed.
 */
export class Feed {
  readonly #ctx: RequestContext;
  readonly #series: AsyncIterable<unknown>;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #settings: FeedSettings;
  readonly #first: Promise<unknown>;
  #latest: unknown;
  #version = 0;
  #users = 0;
  #isStopped = false;
  #isClosed = false;
  /** Whether the iterator has come to its end by itself, and needs no closing. */
  #isExhausted = false;
  #listener: FeedListener | undefined;

  /** @param ctx request whose handler gave the iterable; its signal aborts when the feed is closed */
  constructor(series: AsyncIterable<unknown>, ctx: RequestContext, settings: FeedSettings) {
    this.#ctx = ctx;
    this.#settings = settings;
    this.#series = series;
    this.#iterator = series[Symbol.asyncIterator]();
    this.#first = this.#takeFirst();
    this.#first.catch(() => undefined); // whoever waits for it gets the error, too
  }

  /** Whether more values may come. */
  get isRunning(): boolean {
    return !this.#isStopped;
  }

  /** How many values there have been. */
  get version(): number {
    return this.#version;
  }

  /** The newest value, or a promise of the first. @throws what the iterator throws before it */
  current(): unknown {
    return this.#version > 0 ? this.#latest : this.#first;
  }

  /** Whether this request's handler gave the series. */
  isOf(ctx: RequestContext): boolean {
    return ctx === this.#ctx;
  }

  /** Closes a series that is not needed because this one runs: some listen to something from the beginning. */
  decline(series: AsyncIterable<unknown>): void {
    if (series === this.#series) return;
    void this.#return(() => {
      const iterator = series[Symbol.asyncIterator]();
      return iterator === this.#iterator ? undefined : iterator;
    });
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    this.#users--;
    if (this.#users === 0) this.#close();
  }

  /** Tells of everything after the first value. */
  attach(listener: FeedListener): void {
    const isNew = this.#listener === undefined;
    this.#listener = listener;
    if (isNew && this.isRunning) void this.#pump();
  }

  async #takeFirst(): Promise<unknown> {
    try {
      const { done, value } = await this.#next();
      if (done === true || value === undefined)
        throw new TypeError(`${this.#ctx.route.name} gave no first value; yield the current representation at once.`);
      this.#keep(value);
      return value;
    } catch (error) {
      this.#stop();
      throw error;
    }
  }

  async #pump(): Promise<void> {
    try {
      while (!this.#isStopped) {
        const { done, value } = await this.#next();
        if (this.#isStopped) return;
        if (done === true) return this.#stop();
        this.#keep(value);
        this.#listener?.onValue();
        // An iterator that never waits must not keep the process from everything else.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (this.#isStopped) return;
      this.#stop();
      this.#listener?.onError(error);
    }
  }

  async #next(): Promise<IteratorResult<unknown>> {
    try {
      const result = await this.#iterator.next();
      this.#isExhausted = result.done === true;
      return result;
    } catch (error) {
      this.#isExhausted = true;
      throw error;
    }
  }

  #keep(value: unknown): void {
    this.#latest = value;
    this.#version++;
  }

  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#settings.onStop(this);
  }

  /** Not all iterators have a `return`, and one that waits comes to it only when what it waits for heeds the signal. */
  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
    this.#ctx.abort(new Error("Nobody observes any more."));
    if (!this.#isExhausted) void this.#return(() => this.#iterator);
  }

  async #return(iterator: () => AsyncIterator<unknown> | undefined): Promise<void> {
    try {
      await iterator()?.return?.();
    } catch (err) {
      this.#settings.log.error({ err, route: this.#ctx.route.name }, "iterator failed to close");
    }
  }
}
