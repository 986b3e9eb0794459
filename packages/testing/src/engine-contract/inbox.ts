import type { Exchange } from "@coapkit/core";

/** Takes exchanges from an engine, and hands them to a case one after the other. */
export class Inbox {
  readonly #waiting: Exchange[] = [];
  readonly #takers: ((exchange: Exchange) => void)[] = [];
  #count = 0;

  /** How many exchanges came. */
  get count(): number {
    return this.#count;
  }

  readonly take = (exchange: Exchange): void => {
    this.#count++;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting.push(exchange);
    else taker(exchange);
  };

  next(): Promise<Exchange> {
    const exchange = this.#waiting.shift();
    return exchange === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(exchange);
  }
}
