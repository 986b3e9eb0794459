import type { ClientRequest, ClientResponse, Logger } from "@coapkit/core";
import { AbortedError, ClosedError } from "@coapkit/protocol";
import { resolveAddress } from "../socket/resolve-address.js";
import type { ClientContext } from "./client-exchange.js";
import { ClientSocket } from "./client-socket.js";

/** The client side: one socket per address family for all requests of an engine. */
export class NodeCoapClient {
  readonly #sockets = new Map<string, ClientSocket>();
  readonly #context: ClientContext;
  readonly #log: Logger;
  #openRequests = 0;
  #isClosed = false;

  constructor(context: ClientContext, log: Logger) {
    this.#context = context;
    this.#log = log;
  }

  get openRequests(): number {
    return this.#openRequests;
  }

  async *request(request: ClientRequest, signal?: AbortSignal): AsyncGenerator<ClientResponse, void, undefined> {
    this.#assertUsable(signal);
    const { address, type } = await resolveAddress(request.uri);
    const peer = await this.#socket(type).peer(address, request.uri.port);
    this.#assertUsable(signal);
    const exchange = peer.open(request.observe ?? false);
    const abort = (): void => exchange.fail(aborted(signal), true);
    signal?.addEventListener("abort", abort);
    this.#openRequests++;
    this.#context.counters.add("clientRequests");
    try {
      exchange.send(request, address);
      yield* exchange.responses();
    } finally {
      this.#openRequests--;
      signal?.removeEventListener("abort", abort);
      peer.close(exchange, !this.#isClosed);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.failAll(closed);
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()));
  }

  #socket(type: "udp4" | "udp6"): ClientSocket {
    const known = this.#sockets.get(type);
    if (known !== undefined) return known;
    if (this.#isClosed) throw closed();
    const socket = new ClientSocket(type, this.#context, this.#log);
    this.#sockets.set(type, socket);
    return socket;
  }

  #assertUsable(signal: AbortSignal | undefined): void {
    if (this.#isClosed) throw closed();
    if (signal?.aborted) throw aborted(signal);
  }
}

function closed(): ClosedError {
  return new ClosedError("The engine is closed; make requests before closing the app.");
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError("The caller aborted the request.", { cause: signal?.reason });
}
