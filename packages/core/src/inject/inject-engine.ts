import {
  AbortedError,
  ClosedError,
  type CoapUri,
  InterestLostReason,
  OptionNumber,
  OptionsView,
  TimeoutError,
  uriToOptions,
} from "@coapkit/protocol";
import { capabilities } from "../ports/capabilities.js";
import type {
  BoundAddress,
  ClientRequest,
  ClientResponse,
  Engine,
  EngineCounters,
  Exchange,
  Peer,
  Request,
  Response,
} from "../ports/engine.js";
import { type ExchangeEvents, InjectExchange } from "./inject-exchange.js";
import { ResponseStream } from "./response-stream.js";

/** Who an injected request comes from unless it says otherwise. */
export const INJECTING_PEER: Peer = Object.freeze({ key: "inject", scheme: "coap", address: "127.0.0.1", port: 0 });

/**
 * The engine without a network: requests reach the kernel as they would from a socket, and responses come back whole.
 * Its clients talk to its own server only.
 */
export class InjectEngine implements Engine {
  readonly name = "inject";
  readonly capabilities = capabilities({
    callBack: "there is no socket to call back on",
    deduplication: "nothing is lost or repeated between two function calls",
    requestTag: "bodies pass whole, so there is nothing to tell apart",
    noResponse: "who injects wants to see every response",
  });
  readonly #open = new Set<InjectExchange>();
  #onRequest: ((exchange: Exchange) => void) | undefined;
  #messageId = 0;
  #requests = 0;

  get counters(): EngineCounters {
    return { requests: this.#requests, openExchanges: this.#open.size };
  }

  async listen(address: CoapUri, onRequest: (exchange: Exchange) => void): Promise<BoundAddress> {
    this.#onRequest = onRequest;
    return { scheme: address.scheme, address: address.host, port: address.port };
  }

  request(request: ClientRequest, signal?: AbortSignal): AsyncIterable<ClientResponse> {
    let exchange: InjectExchange | undefined;
    const stream = new ResponseStream<ClientResponse>(() => exchange?.cancel());
    if (signal?.aborted) {
      stream.end(new AbortedError("The request was aborted.", { cause: signal?.reason }));
      return stream;
    }
    exchange = this.exchange(request, INJECTING_PEER, {
      onResponse: (response) => stream.push(clientResponse(response)),
      onEnd: (answered) => stream.end(this.#errorOf(answered)),
    });
    const abort = (): void => {
      stream.end(new AbortedError("The request was aborted.", { cause: signal?.reason }));
      exchange?.cancel();
    };
    signal?.addEventListener("abort", abort, { once: true });
    return stream;
  }

  /** Takes a request from a peer to the kernel. @throws ClosedError before `listen` and after `close` */
  exchange(request: ClientRequest, peer: Peer, events: ExchangeEvents): InjectExchange {
    if (this.#onRequest === undefined)
      throw new ClosedError("The app does not listen; it is not ready yet, or closed.");
    const exchange: InjectExchange = new InjectExchange(this.#requestOf(request, peer), request.observe === true, {
      onResponse: events.onResponse,
      onEnd: (answered) => {
        this.#open.delete(exchange);
        events.onEnd(answered);
      },
    });
    this.#requests++;
    this.#open.add(exchange);
    this.#onRequest(exchange);
    return exchange;
  }

  async close(): Promise<void> {
    this.#onRequest = undefined;
    for (const exchange of this.#open) exchange.cancel(InterestLostReason.Closed);
  }

  #errorOf(answered: boolean): Error | undefined {
    if (this.#onRequest === undefined) return new ClosedError("The app was closed while the request was under way.");
    return answered ? undefined : new TimeoutError("The request was left without an answer.");
  }

  #requestOf({ uri, method, confirmable = true, options = [], payload, observe }: ClientRequest, peer: Peer): Request {
    this.#messageId = (this.#messageId + 1) & 0xffff;
    const registration = observe === true ? [{ number: OptionNumber.Observe, value: 0 }] : [];
    return {
      method,
      confirmable,
      messageId: this.#messageId,
      token: Uint8Array.of(this.#messageId >> 8, this.#messageId & 0xff),
      options: OptionsView.of([...uriToOptions(uri), ...registration, ...options]),
      payload: payload === undefined ? NO_PAYLOAD : bytesOf(payload),
      peer,
    };
  }
}

const NO_PAYLOAD = new Uint8Array(0);
const encoder = new TextEncoder();

/** Payload as bytes. */
export function bytesOf(payload: Uint8Array | string): Uint8Array {
  return typeof payload === "string" ? encoder.encode(payload) : payload;
}

/** A response as a client sees it. */
export function clientResponse({ code, contentFormat, options, payload }: Response): ClientResponse {
  const format = contentFormat === undefined ? [] : [{ number: OptionNumber.ContentFormat, value: contentFormat }];
  return { code, options: OptionsView.of([...format, ...options]), payload: bytesOf(payload) };
}
