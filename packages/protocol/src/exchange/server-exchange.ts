import type { IncomingRequest } from "./incoming-request.js";
import type { InterestLostReason } from "./interest-lost-reason.js";
import { closeBody, type ImmediateResponse, type OutgoingResponse } from "./outgoing-response.js";

/** How far the answer to a request has come. */
export const ExchangeState = {
  /** Nothing was sent. */
  Open: 0,
  /** An empty ACK was sent; the answer comes as a message of its own. RFC 7252 §5.2.2. */
  Acknowledged: 1,
  /** The answer was sent, or there is none. */
  Done: 2,
} as const;

/** One of the states. */
export type ExchangeState = (typeof ExchangeState)[keyof typeof ExchangeState];

type InterestLostCallback = (reason: InterestLostReason) => void;

/** What an exchange asks of its endpoint. */
export interface ExchangeHost {
  respond(exchange: ServerExchange, response: OutgoingResponse): void;
  acknowledge(exchange: ServerExchange): void;
  ignore(exchange: ServerExchange): void;
  notify(exchange: ServerExchange, response: ImmediateResponse, confirmable: boolean | undefined): boolean;
  /** A callback of the application threw. */
  onCallbackError(exchange: ServerExchange, error: unknown): void;
}

/** One request and its answers. The first `respond` or `ignore` ends it; later ones have no effect. */
export class ServerExchange {
  readonly request: IncomingRequest;
  /** Tells this datagram from others with the message ID. @internal */
  readonly fingerprint: number;
  /** @internal */
  state: ExchangeState = ExchangeState.Open;
  /** Whether the handler went on after `onRequest` returned, so that the peer is pinned. @internal */
  isDeferred = false;
  /** Whether an answer is being read from its source, so that there must be no other. @internal */
  isAnswering = false;
  /** The next one in its chain of open exchanges. @internal */
  nextOpen: ServerExchange | undefined = undefined;
  /** For the queue of piggyback windows. @internal */
  dueMs = 0;
  /** @internal */
  isDelayed = false;
  /** @internal */
  earlier: this | undefined = undefined;
  /** @internal */
  later: this | undefined = undefined;
  readonly #host: ExchangeHost;
  #interestLost: InterestLostCallback[] | undefined;

  /** @internal */
  constructor(request: IncomingRequest, fingerprint: number, host: ExchangeHost) {
    this.request = request;
    this.fingerprint = fingerprint;
    this.#host = host;
  }

  /** Sends the last answer: piggybacked where the time allows, else as a separate response. RFC 7252 §5.2. */
  respond(response: OutgoingResponse): void {
    if (this.state !== ExchangeState.Done && !this.isAnswering) this.#host.respond(this, response);
    else closeBody(response.payload);
  }

  /** `respond`, for a body that is read block by block. RFC 7959 §2.4. */
  respondFrom(response: OutgoingResponse): void {
    this.respond(response);
  }

  /** Acknowledges a CON at once: the answer will be a separate response. RFC 7252 §5.2.2. */
  acknowledge(): void {
    if (this.state === ExchangeState.Open) this.#host.acknowledge(this);
  }

  /** Ends the exchange without an answer; a CON is still acknowledged. RFC 7252 §5.4.1. */
  ignore(): void {
    if (this.state !== ExchangeState.Done) this.#host.ignore(this);
  }

  /**
   * Sends a representation and keeps the client's interest; the first call registers it. RFC 7641.
   * @param confirmable send as CON or NON; default: NON, and a CON when the last one is a day old
   * @returns false where the request asks for no observation or there is no room for it (then `respond`), and once
   * interest has ended
   */
  notify(response: ImmediateResponse, confirmable?: boolean): boolean {
    return !this.isAnswering && this.#host.notify(this, response, confirmable);
  }

  /** Calls back once with the reason, when the client's interest ends. */
  onInterestLost(callback: InterestLostCallback): void {
    this.#interestLost ??= [];
    this.#interestLost.push(callback);
  }

  /** Tells those who asked that interest has ended. @internal */
  loseInterest(reason: InterestLostReason): void {
    const callbacks = this.#interestLost;
    this.#interestLost = undefined;
    for (const callback of callbacks ?? []) this.#callBack(callback, reason);
  }

  #callBack(callback: InterestLostCallback, reason: InterestLostReason): void {
    try {
      callback(reason);
    } catch (error) {
      this.#host.onCallbackError(this, error);
    }
  }
}
