interface Reader<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: unknown): void;
}

/** Values that come one by one, read as an async iterable; what has not been read yet waits in order. */
export class ResponseStream<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  readonly #onReturn: () => void;
  /** Who waits for a value; either this list is empty or that of values. */
  readonly #readers: Reader<T>[] = [];
  #end: { readonly error: unknown } | undefined;

  /** @param onReturn called when the reader leaves before the end */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(value: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#waiting.push(value);
    else reader.resolve({ done: false, value });
  }

  /** Ends the stream, with an error where one is given; values that wait are still read. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const reader of this.#readers.splice(0)) this.#finish(reader);
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      if (this.#waiting.length > 0) resolve({ done: false, value: this.#waiting.shift() as T });
      else if (this.#end === undefined) this.#readers.push(reader);
      else this.#finish(reader);
    });
  }

  async return(): Promise<IteratorResult<T>> {
    this.#waiting.length = 0;
    this.end();
    this.#onReturn();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(reader: Reader<T>): void {
    if (this.#end?.error === undefined) reader.resolve({ done: true, value: undefined });
    else reader.reject(this.#end.error);
  }
}
