import type { PeerId } from "../peer/peer-directory.js";
import type { ServerExchange } from "./server-exchange.js";

const CHAINS = 1_024;
const SPREAD = 0x9e3779b1;
const CHAIN_SHIFT = 22;

/**
 * Exchanges whose handlers went on after they were handed up, by peer and message ID. They are chained through
 * themselves: a hundred thousand requests a second leave no table behind for the garbage collector.
 */
export class OpenExchanges {
  readonly #chains: (ServerExchange | undefined)[] = new Array<ServerExchange | undefined>(CHAINS).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an exchange that is not in here. */
  add(exchange: ServerExchange): void {
    const chain = chainOf(exchange.request.peerId, exchange.request.messageId);
    exchange.nextOpen = this.#chains[chain];
    this.#chains[chain] = exchange;
    this.#size++;
  }

  /** Has no effect on what is not in here. */
  delete(exchange: ServerExchange): void {
    const chain = chainOf(exchange.request.peerId, exchange.request.messageId);
    let before: ServerExchange | undefined;
    for (let at = this.#chains[chain]; at !== undefined; before = at, at = at.nextOpen) {
      if (at !== exchange) continue;
      if (before === undefined) this.#chains[chain] = at.nextOpen;
      else before.nextOpen = at.nextOpen;
      exchange.nextOpen = undefined;
      this.#size--;
      return;
    }
  }

  /** The latest exchange of a message. */
  find(peer: PeerId, messageId: number): ServerExchange | undefined {
    let exchange = this.#chains[chainOf(peer, messageId)];
    while (exchange !== undefined && !isOf(exchange, peer, messageId)) exchange = exchange.nextOpen;
    return exchange;
  }

  all(): ServerExchange[] {
    const all: ServerExchange[] = [];
    for (const first of this.#chains)
      for (let exchange = first; exchange !== undefined; exchange = exchange.nextOpen) all.push(exchange);
    return all;
  }
}

function isOf({ request }: ServerExchange, peer: PeerId, messageId: number): boolean {
  return request.messageId === messageId && request.peerId === peer;
}

/** The upper bits of a product depend on all bits of its factors. */
function chainOf(peer: PeerId, messageId: number): number {
  return Math.imul((peer << 16) ^ (peer >>> 16) ^ messageId, SPREAD) >>> CHAIN_SHIFT;
}
