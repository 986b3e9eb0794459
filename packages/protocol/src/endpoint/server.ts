import { Code } from "../code/code.js";
import { isSafeMethod } from "../code/method.js";
import { fingerprint } from "../dedup/fingerprint.js";
import { type MessageWindows, NO_REPLY, Remembered } from "../dedup/message-windows.js";
import { IncomingRequest } from "../exchange/incoming-request.js";
import type { ImmediateResponse, OutgoingResponse } from "../exchange/outgoing-response.js";
import { isSuppressed, responseOptions } from "../exchange/response-options.js";
import { type ExchangeHost, ExchangeState, ServerExchange } from "../exchange/server-exchange.js";
import { type MessageScanner, OptionFlag } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import type { Observation } from "../observe/observation.js";
import type { OptionEntry } from "../option/encode-options.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { Clock } from "../ports/clock.js";
import { type ConfirmableSender, Transmission } from "../reliability/confirmable-sender.js";
import { TimerHeap } from "../reliability/timer-heap.js";
import type { CoarseClock } from "./coarse-clock.js";
import type { EndpointCounters } from "./endpoint-counters.js";
import type { Outbox } from "./outbox.js";
import type { ServerBlocks } from "./server-blocks.js";

/** What the server side works with. */
export interface ServerParts {
  readonly clock: Clock;
  readonly coarseClock: CoarseClock;
  readonly counters: EndpointCounters;
  readonly observation: Observation;
  readonly outbox: Outbox;
  readonly peers: PeerDirectory;
  readonly sender: ConfirmableSender;
  readonly windows: MessageWindows;
  readonly blocks: ServerBlocks;
  readonly piggybackMs: number;
  /** Whether the transport leaves received bytes as they are. */
  readonly keepsReceivedBytes: boolean;
  identify(peer: PeerId): RemotePeer;
  onRequest(exchange: ServerExchange): void;
  onWarning(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const MESSAGE_IDS = 65_536;
const DEREGISTER = 1;
const SOURCE_FAILED: ImmediateResponse = Object.freeze({
  code: Code.InternalServerError,
  contentFormat: undefined,
  options: [],
  payload: "",
});

/** The server's side of an endpoint: recognises repeated requests, and chooses how each is answered. RFC 7252 §4.5, §5.2. */
export class Server implements ExchangeHost {
  readonly #parts: ServerParts;
  /** Exchanges whose handlers went on after they were handed up, by peer and message ID. */
  readonly #deferred = new Map<number, ServerExchange>();
  readonly #piggyback: TimerHeap<ServerExchange>;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#piggyback = new TimerHeap(parts.clock, (exchange) => exchange.acknowledge());
  }

  /** Exchanges whose answer is still to come. */
  get openExchanges(): number {
    return this.#deferred.size;
  }

  /** Takes a request: `message` describes `buffer[start, end)`. */
  receive(peer: PeerId, buffer: Uint8Array, start: number, end: number, message: MessageScanner): void {
    const { windows, coarseClock, counters } = this.#parts;
    const mark = fingerprint(buffer, start, end);
    const remembered = windows.admit(peer, message.messageId, mark, coarseClock.nowS());
    if (remembered !== Remembered.New) {
      counters.duplicates++;
      if (this.#answerAgain(peer, message, remembered)) return;
    }
    counters.requests++;
    const request = new IncomingRequest(buffer, message, peer, this.#parts.identify);
    const exchange = new ServerExchange(request, mark, this);
    if ((message.flags & OptionFlag.Observe) !== 0) this.#endInterest(request);
    this.#handUp(exchange);
    if (exchange.state !== ExchangeState.Done) this.#defer(exchange);
  }

  respond(exchange: ServerExchange, response: OutgoingResponse): void {
    const { request } = exchange;
    if ((request.flags & OptionFlag.NoResponse) !== 0 && this.#isUnwanted(request, response))
      return this.ignore(exchange);
    if (this.#parts.blocks.fits(request, response)) return this.#send(exchange, response);
    const cut = this.#cut(exchange, response);
    if (cut === undefined) return;
    if (!(cut instanceof Promise)) return this.#send(exchange, cut);
    exchange.isAnswering = true;
    cut.then(
      (read) => this.#send(exchange, read),
      (error: unknown) => this.#onSourceError(exchange, error),
    );
  }

  acknowledge(exchange: ServerExchange): void {
    const { confirmable, peerId, messageId } = exchange.request;
    if (!confirmable) return;
    exchange.state = ExchangeState.Acknowledged;
    this.#piggyback.cancel(exchange);
    this.#parts.outbox.sendEmpty(peerId, Type.ACK, messageId);
    this.#parts.windows.settle(peerId, messageId, exchange.fingerprint, Remembered.Acknowledged, NO_REPLY);
  }

  ignore(exchange: ServerExchange): void {
    if (exchange.state === ExchangeState.Open) this.acknowledge(exchange);
    this.#finish(exchange);
  }

  notify(exchange: ServerExchange, response: ImmediateResponse, confirmable: boolean | undefined): boolean {
    const { observation, keepsReceivedBytes } = this.#parts;
    const isFirst = exchange.state !== ExchangeState.Done;
    const isKept = observation.notify(exchange, response, confirmable);
    if (isFirst && isKept && !keepsReceivedBytes && !exchange.isDeferred) exchange.request.keep();
    return isKept;
  }

  /** Forgets what waits; handlers that still run find their exchanges done. */
  close(): void {
    for (const exchange of [...this.#deferred.values()]) this.#finish(exchange);
    this.#piggyback.clear();
  }

  /** Answers a repeated message from memory. @returns false where its handler has to run again. RFC 7252 §4.5 */
  #answerAgain(peer: PeerId, message: MessageScanner, remembered: Remembered): boolean {
    const { outbox, windows } = this.#parts;
    if (message.type !== Type.CON) return true;
    if (remembered === Remembered.Pending) this.#deferred.get(keyOf(peer, message.messageId))?.acknowledge();
    else if (remembered === Remembered.Acknowledged) outbox.sendEmpty(peer, Type.ACK, message.messageId);
    else if (!outbox.resend(peer, message.code, windows.foundReply)) {
      if (isSafeMethod(message.code)) return false;
      outbox.sendEmpty(peer, Type.ACK, message.messageId);
    }
    return true;
  }

  /** A request with Observe ends an older relation with its token, unless the handler renews it. RFC 7641 §3.6, §4.1 */
  #endInterest(request: IncomingRequest): void {
    if (request.options.uint(OptionNumber.Observe) === DEREGISTER)
      this.#parts.observation.deregister(request.peerId, request.token);
  }

  /** Hands a whole request up, unless block-wise transfer answers it. */
  #handUp(exchange: ServerExchange): void {
    const { request } = exchange;
    const answer =
      (request.flags & (OptionFlag.Block1 | OptionFlag.Block2)) === 0 ? undefined : this.#parts.blocks.answer(request);
    if (answer === undefined) this.#parts.onRequest(exchange);
    else this.respond(exchange, answer);
  }

  #send(exchange: ServerExchange, response: ImmediateResponse): void {
    if (exchange.state === ExchangeState.Done) return;
    const { request } = exchange;
    const options = responseOptions(response);
    if (!request.confirmable)
      this.#sendNow(exchange, response, options, Type.NON, this.#parts.outbox.nextMessageId(request.peerId));
    else if (exchange.state === ExchangeState.Open)
      this.#sendNow(exchange, response, options, Type.ACK, request.messageId);
    else this.#sendSeparately(exchange, response, options);
    this.#parts.counters.responses++;
    this.#finish(exchange);
  }

  /** The block to send; `undefined` where its source failed at once, which is answered then. */
  #cut(
    exchange: ServerExchange,
    response: OutgoingResponse,
  ): ImmediateResponse | Promise<ImmediateResponse> | undefined {
    try {
      return this.#parts.blocks.cut(exchange.request, response);
    } catch (error) {
      this.#onSourceError(exchange, error);
      return undefined;
    }
  }

  #onSourceError(exchange: ServerExchange, error: unknown): void {
    this.#parts.onWarning({ err: error, peer: exchange.request.peer.key }, "source of a response failed");
    this.#send(exchange, SOURCE_FAILED);
  }

  #sendNow(
    exchange: ServerExchange,
    response: ImmediateResponse,
    options: readonly OptionEntry[],
    type: Type,
    messageId: number,
  ): void {
    const { request, fingerprint: mark } = exchange;
    const position = this.#parts.outbox.sendReply(request, type, response.code, messageId, options, response.payload);
    this.#parts.windows.settle(request.peerId, request.messageId, mark, Remembered.Replied, position);
  }

  /** RFC 7252 §5.2.2. */
  #sendSeparately({ request }: ServerExchange, response: ImmediateResponse, options: readonly OptionEntry[]): void {
    const { outbox, sender } = this.#parts;
    const messageId = outbox.nextMessageId(request.peerId);
    const datagram = outbox.write(Type.CON, response.code, messageId, request.token, options, response.payload);
    sender.send(new Transmission(request.peerId, messageId, datagram, () => undefined));
  }

  #isUnwanted({ options }: IncomingRequest, { code }: OutgoingResponse): boolean {
    if (!isSuppressed(code, options.uint(OptionNumber.NoResponse) ?? 0)) return false;
    this.#parts.counters.suppressed++;
    return true;
  }

  #defer(exchange: ServerExchange): void {
    const { request } = exchange;
    exchange.isDeferred = true;
    this.#deferred.set(keyOf(request.peerId, request.messageId), exchange);
    this.#parts.peers.pin(request.peerId);
    if (!this.#parts.keepsReceivedBytes) request.keep();
    if (request.confirmable && exchange.state === ExchangeState.Open)
      this.#piggyback.schedule(exchange, this.#parts.piggybackMs);
  }

  #finish(exchange: ServerExchange): void {
    exchange.state = ExchangeState.Done;
    if (!exchange.isDeferred) return;
    const { peerId, messageId } = exchange.request;
    exchange.isDeferred = false;
    this.#piggyback.cancel(exchange);
    this.#deferred.delete(keyOf(peerId, messageId));
    this.#parts.peers.unpin(peerId);
  }
}

function keyOf(peer: PeerId, messageId: number): number {
  return peer * MESSAGE_IDS + messageId;
}
