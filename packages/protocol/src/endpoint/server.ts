import { Code } from "../code/code.js";
import { isSafeMethod } from "../code/method.js";
import { fingerprint } from "../dedup/fingerprint.js";
import { type MessageWindows, NO_REPLY, Remembered } from "../dedup/message-windows.js";
import { IncomingRequest } from "../exchange/incoming-request.js";
import { OpenExchanges } from "../exchange/open-exchanges.js";
import { closeBody, type ImmediateResponse, type OutgoingResponse } from "../exchange/outgoing-response.js";
import { isSuppressed, responseOptions } from "../exchange/response-options.js";
import { type ExchangeHost, ExchangeState, ServerExchange } from "../exchange/server-exchange.js";
import { type MessageScanner, OptionFlag } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import type { Observation } from "../observe/observation.js";
import type { OptionEntry } from "../option/encode-options.js";
import { observeValue } from "../option/observe-value.js";
import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { Clock } from "../ports/clock.js";
import type { ConfirmableSender } from "../reliability/confirmable-sender.js";
import { DelayQueue } from "../reliability/delay-queue.js";
import type { CoarseClock } from "./coarse-clock.js";
import type { EndpointCounters } from "./endpoint-counters.js";
import { hasBadBlock } from "./has-bad-block.js";
import type { Outbox } from "./outbox.js";
import { FAILED, ResponseCutter } from "./response-cutter.js";
import { type SeparateResponseLimits, SeparateResponses } from "./separate-responses.js";
import type { ServerBlocks } from "./server-blocks.js";
import { ServerUploads } from "./server-uploads.js";

/** Limits of the server side. */
export interface ServerLimits extends SeparateResponseLimits {
  /** Longest token of a request, in bytes. RFC 8974 */
  readonly tokenBytes: number;
}

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
  readonly limits: ServerLimits;
  /** EXCHANGE_LIFETIME and NON_LIFETIME in seconds. RFC 7252 §4.8.2. */
  readonly exchangeLifetimeS: number;
  readonly nonLifetimeS: number;
  /** Whether the transport leaves received bytes as they are. */
  readonly keepsReceivedBytes: boolean;
  identify(peer: PeerId): RemotePeer;
  onRequest(exchange: ServerExchange): void;
  onWarning(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const DEREGISTER = 1;
/** Longer ones leave no room for a header in a datagram, in bytes. */
const LARGEST_ECHOED_TOKEN = 65_000;
const BAD_BLOCK: ImmediateResponse = Object.freeze({
  code: Code.BadOption,
  contentFormat: undefined,
  options: [],
  payload: "A Block option is too long or repeated.",
});

/** The server's side of an endpoint: recognises repeated requests, and chooses how each is answered. RFC 7252 §4.5, §5.2. */
export class Server implements ExchangeHost {
  readonly #parts: ServerParts;
  /** Exchanges whose handlers went on after they were handed up. */
  readonly #deferred = new OpenExchanges();
  readonly #piggyback: DelayQueue<ServerExchange>;
  readonly #uploads: ServerUploads;
  readonly #cutter: ResponseCutter;
  readonly #separateResponses: SeparateResponses;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#piggyback = new DelayQueue(parts.clock, parts.piggybackMs, (exchange) => exchange.acknowledge());
    this.#cutter = new ResponseCutter(parts, (exchange, block) => this.#send(exchange, block));
    this.#separateResponses = new SeparateResponses(parts);
    this.#uploads = new ServerUploads({
      blocks: parts.blocks,
      peers: parts.peers,
      handUp: (exchange) => this.#handUp(exchange),
      respond: (exchange, response) => this.#respond(exchange, response),
    });
  }

  /** Exchanges whose answer is still to come. */
  get openExchanges(): number {
    return this.#deferred.size + this.#uploads.open;
  }

  /** Takes a request: `message` describes `buffer[start, end)`. */
  receive(peer: PeerId, buffer: Uint8Array, start: number, end: number, message: MessageScanner): void {
    const { windows, coarseClock, counters } = this.#parts;
    const mark = fingerprint(buffer, start, end);
    const lifetimeS = message.type === Type.CON ? this.#parts.exchangeLifetimeS : this.#parts.nonLifetimeS;
    let remembered = windows.admit(peer, message.messageId, mark, coarseClock.nowS(), lifetimeS);
    if (windows.forgotUnfinished && remembered === Remembered.New) remembered = this.#recall(peer, message, mark);
    if (remembered !== Remembered.New) {
      counters.duplicates++;
      if (this.#answerAgain(peer, message, mark, remembered)) return;
    }
    counters.requests++;
    const request = new IncomingRequest(buffer, message, peer, this.#parts.identify);
    const exchange = new ServerExchange(request, mark, this);
    if ((message.flags & OptionFlag.Observe) !== 0) this.#endInterest(request);
    this.#process(exchange);
    if (exchange.state !== ExchangeState.Done) this.#defer(exchange);
  }

  respond(exchange: ServerExchange, response: OutgoingResponse): void {
    if ((exchange.request.flags & OptionFlag.Observe) !== 0) this.#parts.observation.onPlainResponse(exchange);
    this.#respond(exchange, response);
  }

  #respond(exchange: ServerExchange, response: OutgoingResponse): void {
    const { request } = exchange;
    if ((request.flags & OptionFlag.NoResponse) !== 0 && this.#isUnwanted(request, response)) {
      closeBody(response.payload);
      return this.ignore(exchange);
    }
    if (this.#parts.blocks.fits(request, response)) return this.#send(exchange, response);
    this.#cutter.cut(exchange, response);
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
    if (isFirst && isKept) exchange.request.holdPeer();
    if (isFirst && isKept && !keepsReceivedBytes && !exchange.isDeferred) exchange.request.keep();
    return isKept;
  }

  onCallbackError({ request }: ServerExchange, error: unknown): void {
    this.#parts.onWarning({ err: error, peer: request.peer.key }, "callback for the end of interest failed");
  }

  /** Notes that something else than a response has answered an exchange. */
  finish(exchange: ServerExchange): void {
    this.#parts.counters.responses++;
    this.#finish(exchange);
  }

  /** Forgets what waits; handlers that still run find their exchanges done. */
  close(): void {
    for (const exchange of this.#deferred.all()) this.#finish(exchange);
    this.#uploads.close();
    this.#piggyback.clear();
  }

  /** The same for one peer: nobody awaits the answers any more. */
  endPeer(peer: PeerId): void {
    for (const exchange of this.#deferred.all()) if (exchange.request.peerId === peer) this.#finish(exchange);
    this.#uploads.endPeer(peer);
  }

  /** What is known of a message that its window has forgotten although its handler still runs. */
  #recall(peer: PeerId, { messageId }: MessageScanner, mark: number): Remembered {
    const exchange = this.#deferred.find(peer, messageId);
    if (exchange === undefined || exchange.fingerprint !== mark) return Remembered.New;
    const state = exchange.state === ExchangeState.Open ? Remembered.Pending : Remembered.Acknowledged;
    this.#parts.windows.settle(peer, messageId, mark, state, NO_REPLY);
    return state;
  }

  /** Answers a repeated message from memory. @returns false where its handler has to run again. RFC 7252 §4.5 */
  #answerAgain(peer: PeerId, message: MessageScanner, mark: number, remembered: Remembered): boolean {
    const { outbox, windows } = this.#parts;
    const { type, code, messageId } = message;
    if (type !== Type.CON) return true;
    if (remembered === Remembered.Pending) this.#deferred.find(peer, messageId)?.acknowledge();
    else if (remembered === Remembered.Acknowledged) outbox.sendEmpty(peer, Type.ACK, messageId);
    else if (!outbox.resend(peer, code, windows.foundReply, mark)) {
      if (isSafeMethod(code)) {
        windows.settle(peer, messageId, mark, Remembered.Pending, NO_REPLY);
        return false;
      }
      outbox.sendEmpty(peer, Type.ACK, messageId);
    }
    return true;
  }

  /** A GET or FETCH with Observe 1 ends the relation with its token. RFC 7641 §3.6 */
  #endInterest({ method, options, peerId, token }: IncomingRequest): void {
    if (isSafeMethod(method) && observeValue(options) === DEREGISTER) this.#parts.observation.deregister(peerId, token);
  }

  /** Hands a request up once it is whole, unless block-wise transfer answers it. */
  #process(exchange: ServerExchange): void {
    const { request } = exchange;
    if (request.tokenEnd - request.tokenStart > this.#parts.limits.tokenBytes) return this.#refuseToken(exchange);
    if ((request.flags & (OptionFlag.Block1 | OptionFlag.Block2)) !== 0) {
      if (hasBadBlock(request.options)) return this.#refuseOption(exchange);
      if ((request.flags & OptionFlag.Block1) !== 0 && this.#uploads.receive(exchange)) return;
      const answer = this.#parts.blocks.answer(request);
      if (answer !== undefined) return this.#respond(exchange, answer);
    }
    this.#handUp(exchange);
  }

  #handUp(exchange: ServerExchange): void {
    try {
      this.#parts.onRequest(exchange);
    } catch (error) {
      this.#parts.onWarning({ err: error, peer: exchange.request.peer.key }, "request handler threw");
      exchange.respond(FAILED);
    }
  }

  /** RFC 7252 §5.4.1: an unrecognized critical option is answered 4.02 in a CON, and makes a NON be dropped. */
  #refuseOption(exchange: ServerExchange): void {
    if (exchange.request.confirmable) this.#respond(exchange, BAD_BLOCK);
    else this.ignore(exchange);
  }

  /** RFC 8974 §2.2.2: 4.00 says that extended tokens are known, only not of this length; nothing of it is kept. */
  #refuseToken(exchange: ServerExchange): void {
    const { outbox, counters, windows } = this.#parts;
    const { peerId, token, messageId, confirmable } = exchange.request;
    counters.tokensRefused++;
    if (token.length > LARGEST_ECHOED_TOKEN) return this.ignore(exchange);
    const [type, id] = confirmable ? [Type.ACK, messageId] : [Type.NON, outbox.nextMessageId(peerId)];
    outbox.transmit(peerId, outbox.write(type, Code.BadRequest, id, token, [], ""));
    windows.settle(peerId, messageId, exchange.fingerprint, Remembered.Replied, NO_REPLY);
    this.#finish(exchange);
  }

  #send(exchange: ServerExchange, response: ImmediateResponse): void {
    if (exchange.state === ExchangeState.Done) return;
    const { request } = exchange;
    const options = responseOptions(response);
    if (!request.confirmable)
      this.#sendNow(exchange, response, options, Type.NON, this.#parts.outbox.nextMessageId(request.peerId));
    else if (exchange.state === ExchangeState.Open)
      this.#sendNow(exchange, response, options, Type.ACK, request.messageId);
    else this.#separateResponses.send(request, response, options);
    this.#parts.counters.responses++;
    this.#finish(exchange);
  }

  #sendNow(
    exchange: ServerExchange,
    response: ImmediateResponse,
    options: readonly OptionEntry[],
    type: Type,
    messageId: number,
  ): void {
    const { request, fingerprint: mark } = exchange;
    const { outbox, windows } = this.#parts;
    const position = outbox.sendReply(request, mark, type, response.code, messageId, options, response.payload);
    windows.settle(request.peerId, request.messageId, mark, Remembered.Replied, position);
  }

  #isUnwanted({ options }: IncomingRequest, { code }: OutgoingResponse): boolean {
    if (!isSuppressed(code, options)) return false;
    this.#parts.counters.suppressed++;
    return true;
  }

  #defer(exchange: ServerExchange): void {
    const { request } = exchange;
    exchange.isDeferred = true;
    this.#deferred.add(exchange);
    this.#parts.peers.pin(request.peerId);
    request.holdPeer();
    if (!this.#parts.keepsReceivedBytes) request.keep();
    if (request.confirmable && exchange.state === ExchangeState.Open) this.#piggyback.add(exchange);
  }

  #finish(exchange: ServerExchange): void {
    exchange.state = ExchangeState.Done;
    if (!exchange.isDeferred) return;
    exchange.isDeferred = false;
    this.#piggyback.cancel(exchange);
    this.#deferred.delete(exchange);
    this.#parts.peers.unpin(exchange.request.peerId);
  }
}
