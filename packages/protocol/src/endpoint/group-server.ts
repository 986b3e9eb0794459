import { decodeBlock } from "../block/block-option.js";
import { Code, codeClass } from "../code/code.js";
import { fingerprint } from "../dedup/fingerprint.js";
import { NO_REPLY, Remembered } from "../dedup/message-windows.js";
import { GroupRequest } from "../exchange/group-request.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import {
  closeBody,
  type ImmediateResponse,
  isImmediate,
  type OutgoingResponse,
} from "../exchange/outgoing-response.js";
import { isSuppressed, responseOptions } from "../exchange/response-options.js";
import { type ExchangeHost, ExchangeState, ServerExchange } from "../exchange/server-exchange.js";
import { MessageScanner, OptionFlag, Verdict } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerId } from "../peer/peer-directory.js";
import { BATCH_STRIDE, type Transport } from "../ports/transport.js";
import { hasBadBlock } from "./has-bad-block.js";
import type { LeisureQueue } from "./leisure-queue.js";
import { FAILED, ResponseCutter } from "./response-cutter.js";
import type { ServerParts } from "./server.js";

/** What the server's side of groups works with. */
export interface GroupServerParts
  extends Omit<ServerParts, "clock" | "observation" | "sender" | "piggybackMs" | "exchangeLifetimeS"> {
  readonly queue: LeisureQueue;
}

const REQUEST_CLASS = 0;
const SUCCESS = 2;
const RESPONSE_CLASSES: readonly number[] = [SUCCESS, 4, 5];

/**
 * The server's side of an endpoint for what was sent to a group: it answers NON requests at its leisure, and only where
 * it has something to say. RFC 7252 §8.
 */
export class GroupServer implements ExchangeHost {
  readonly #parts: GroupServerParts;
  readonly #scanner = new MessageScanner();
  readonly #cutter: ResponseCutter;
  /** Exchanges whose handlers went on after they were handed up. */
  readonly #deferred = new Set<ServerExchange>();

  constructor(parts: GroupServerParts) {
    this.#parts = parts;
    this.#cutter = new ResponseCutter(parts, (exchange, block) => this.#schedule(exchange, block));
  }

  /** Exchanges whose answer is still to come. */
  get openExchanges(): number {
    return this.#deferred.size;
  }

  /** Responses that wait for their time. */
  get waitingResponses(): number {
    return this.#parts.queue.size;
  }

  /** Starts receiving what is sent to groups. @throws NetworkError when a group cannot be joined */
  async open(multicast: Transport): Promise<void> {
    await multicast.open(this.#parts.peers, (buffer, index, count) => {
      for (let i = 0; i < count * BATCH_STRIDE; i += BATCH_STRIDE) {
        this.#receive(buffer, index[i] as number, index[i + 1] as number, index[i + 2] as number);
      }
    });
  }

  /** Takes a datagram. Nothing is acknowledged or reset. RFC 7252 §8.1. */
  #receive(buffer: Uint8Array, start: number, end: number, peer: PeerId): void {
    const { counters } = this.#parts;
    counters.received++;
    const verdict = this.#scanner.scan(buffer, start, end);
    if (verdict === Verdict.Ignore) counters.notCoap++;
    else if (verdict === Verdict.FormatError) counters.malformed++;
    else this.#receiveMessage(peer, buffer, start, end, this.#scanner);
  }

  #receiveMessage(peer: PeerId, buffer: Uint8Array, start: number, end: number, message: MessageScanner): void {
    const { counters, identify } = this.#parts;
    if (!isRequest(message)) return this.#drop(message);
    const mark = fingerprint(buffer, start, end);
    if (this.#isDuplicate(peer, message, mark)) {
      counters.duplicates++;
      return;
    }
    counters.requests++;
    const exchange = new ServerExchange(new GroupRequest(buffer, message, peer, identify), mark, this);
    this.#handUp(exchange);
    if (exchange.state !== ExchangeState.Done) this.#defer(exchange);
  }

  respond(exchange: ServerExchange, response: OutgoingResponse): void {
    const { request } = exchange;
    if (this.#parts.blocks.fits(request, response)) return this.#schedule(exchange, response);
    if (!this.#isSent(exchange, response)) return closeBody(response.payload);
    this.#cutter.cut(exchange, response); // the client asks for later blocks by unicast: RFC 7959 §2.8
  }

  acknowledge(): void {
    // a NON is not acknowledged: RFC 7252 §4.3
  }

  ignore(exchange: ServerExchange): void {
    this.#finish(exchange);
  }

  /** A group cannot be observed: the handler answers as without Observe. RFC 7641 §4.1 */
  notify(): boolean {
    return false;
  }

  onCallbackError({ request }: ServerExchange, error: unknown): void {
    this.#parts.onWarning({ err: error, peer: request.peer.key }, "callback for the end of interest failed");
  }

  /** Forgets what waits; handlers that still run find their exchanges done. */
  close(): void {
    for (const exchange of [...this.#deferred]) this.#finish(exchange);
    this.#parts.queue.close();
  }

  #drop({ type, code }: MessageScanner): void {
    const { counters } = this.#parts;
    if (type === Type.CON) counters.groupConfirmables++;
    else if (type === Type.NON && !RESPONSE_CLASSES.includes(codeClass(code))) counters.malformed++;
    else counters.unmatched++;
  }

  #isDuplicate(peer: PeerId, { messageId }: MessageScanner, mark: number): boolean {
    const { windows, coarseClock, nonLifetimeS } = this.#parts;
    if (windows.admit(peer, messageId, mark, coarseClock.nowS(), nonLifetimeS) !== Remembered.New) return true;
    return windows.forgotUnfinished && this.#isOpen(peer, messageId, mark);
  }

  /** Whether the handler of a message that its window has forgotten still runs. */
  #isOpen(peer: PeerId, messageId: number, mark: number): boolean {
    for (const { request, fingerprint: other } of this.#deferred) {
      if (request.peerId === peer && request.messageId === messageId && other === mark) return true;
    }
    return false;
  }

  #handUp(exchange: ServerExchange): void {
    const { request } = exchange;
    if (!isWhole(request) || this.#hasLongToken(request)) return this.#finish(exchange);
    try {
      this.#parts.onRequest(exchange);
    } catch (error) {
      this.#parts.onWarning({ err: error, peer: request.peer.key }, "request handler threw");
      exchange.respond(FAILED);
    }
  }

  /** A group's requests get no errors, so that nothing is said of it. RFC 7252 §8.2 */
  #hasLongToken({ tokenStart, tokenEnd }: IncomingRequest): boolean {
    if (tokenEnd - tokenStart <= this.#parts.limits.tokenBytes) return false;
    this.#parts.counters.tokensRefused++;
    return true;
  }

  /** Whether a response goes out; else its exchange ends here without one. */
  #isSent(exchange: ServerExchange, response: OutgoingResponse): boolean {
    const { counters, queue } = this.#parts;
    const isWanted = isWorthSending(exchange.request, response);
    if (isWanted && queue.hasRoom) return true;
    if (isWanted) counters.groupResponsesDropped++;
    else counters.suppressed++;
    this.#finish(exchange);
    return false;
  }

  /** Lets a response wait for its time; it is written now, so that whoever gave it learns what is wrong with it. */
  #schedule(exchange: ServerExchange, response: ImmediateResponse): void {
    if (exchange.state === ExchangeState.Done || !this.#isSent(exchange, response)) return;
    const { outbox, queue } = this.#parts;
    const { peerId, token } = exchange.request;
    const options = responseOptions(response);
    const messageId = outbox.nextMessageId(peerId);
    queue.add(peerId, outbox.write(Type.NON, response.code, messageId, token, options, response.payload));
    this.#finish(exchange);
  }

  #defer(exchange: ServerExchange): void {
    const { request } = exchange;
    exchange.isDeferred = true;
    this.#deferred.add(exchange);
    this.#parts.peers.pin(request.peerId);
    request.holdPeer();
    if (!this.#parts.keepsReceivedBytes) request.keep();
  }

  #finish(exchange: ServerExchange): void {
    const { peerId, messageId } = exchange.request;
    exchange.state = ExchangeState.Done;
    this.#parts.windows.settle(peerId, messageId, exchange.fingerprint, Remembered.Replied, NO_REPLY);
    if (!exchange.isDeferred) return;
    exchange.isDeferred = false;
    this.#deferred.delete(exchange);
    this.#parts.peers.unpin(peerId);
  }
}

/** RFC 7252 §8.1: multicast requests are Non-confirmable. */
function isRequest({ type, code }: MessageScanner): boolean {
  return type === Type.NON && code !== Code.Empty && codeClass(code) === REQUEST_CLASS;
}

/** Whether block-wise transfer has nothing to do before its handler; RFC 7959 §2.8 defines Block2 with block 0 alone. */
function isWhole({ flags, options }: IncomingRequest): boolean {
  if ((flags & OptionFlag.Block1) !== 0) return false;
  if ((flags & OptionFlag.Block2) === 0) return true;
  return !hasBadBlock(options) && decodeBlock(options.uint(OptionNumber.Block2) ?? 0)?.number === 0;
}

/**
 * RFC 7252 §8.2: no error, and nothing empty, unless the client says with No-Response which classes it wants. A value of
 * more than one byte is ignored, as the option is elective. RFC 7967 §2.1
 */
function isWorthSending({ flags, options }: IncomingRequest, response: OutgoingResponse): boolean {
  const { code } = response;
  if ((flags & OptionFlag.NoResponse) !== 0 && (options.bytes(OptionNumber.NoResponse)?.length ?? 0) <= 1)
    return !isSuppressed(code, options);
  if (codeClass(code) !== SUCCESS) return false;
  return code !== Code.Content || !isImmediate(response) || response.payload.length > 0;
}
