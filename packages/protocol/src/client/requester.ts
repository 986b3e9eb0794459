import { codeClass } from "../code/code.js";
import { fingerprint } from "../dedup/fingerprint.js";
import { NO_REPLY, Remembered } from "../dedup/message-windows.js";
import { ClosedError } from "../errors/network-error.js";
import { type MessageScanner, OptionFlag } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import type { OptionEntry } from "../option/encode-options.js";
import { findBadOption } from "../option/find-bad-option.js";
import { OptionsView } from "../option/options-view.js";
import type { PeerId } from "../peer/peer-directory.js";
import { Outcome, Transmission } from "../reliability/confirmable-sender.js";
import { ProbingGate } from "../reliability/probing-gate.js";
import { TimerHeap } from "../reliability/timer-heap.js";
import {
  endpointClosedError,
  RequestLimitError,
  resetError,
  sessionEndedError,
  unacknowledgedError,
  unansweredError,
} from "./client-error.js";
import { IncomingResponse } from "./incoming-response.js";
import { NO_MESSAGE_ID, PendingRequest, type ResponseReceiver } from "./pending-request.js";
import { ANY_PEER, type PeerToken, PendingTable } from "./pending-table.js";
import type { RequesterParts } from "./requester-parts.js";

/** A request as one message. */
export interface RequestMessage {
  readonly method: number;
  readonly confirmable: boolean;
  readonly options: readonly OptionEntry[];
  readonly payload: Uint8Array;
}

/** The token layer of a client: sends request messages and finds out which responses belong to them. RFC 7252 §5.3. */
export class Requester {
  readonly #parts: RequesterParts;
  readonly #table: PendingTable;
  readonly #gate: ProbingGate;
  readonly #timeouts: TimerHeap<PendingRequest>;
  #isClosed = false;

  constructor(parts: RequesterParts) {
    this.#parts = parts;
    this.#table = new PendingTable(parts);
    const { parameters, clock, peers, outbox } = parts;
    this.#gate = new ProbingGate({ parameters, clock, capacity: peers.capacity, transmit: outbox.transmit });
    this.#timeouts = new TimerHeap(clock, (pending) => this.#onDue(pending));
  }

  /** Tokens that are taken. */
  get size(): number {
    return this.#table.size;
  }

  /** NON requests that had to wait for PROBING_RATE. RFC 7252 §4.7. */
  get paced(): number {
    return this.#gate.paced;
  }

  /** @throws ClosedError, RequestLimitError */
  assertRoom(more = 0): void {
    const { maxRequests, clientCounters } = this.#parts;
    if (this.#isClosed) throw new ClosedError("The endpoint is closed; make another one.");
    if (this.#table.size + more < maxRequests) return;
    clientCounters.requestsRefused++;
    throw new RequestLimitError(`${maxRequests} requests are under way; wait for some, or raise limits.requests.`);
  }

  /**
   * Takes a token for requests to a peer, or to a group with `ANY_PEER`: that of `like`, where it is free again.
   * @throws ClosedError, RequestLimitError
   */
  open(peer: PeerId, receiver: ResponseReceiver, responseTimeoutMs: number, like?: PeerToken): PendingRequest {
    this.assertRoom();
    const { peers, identify } = this.#parts;
    if (peers.hasEnded(peer)) throw sessionEndedError(identify(peer));
    const { token, key } = this.#table.renewed(peer, like);
    const pending = new PendingRequest(peer, key, token, responseTimeoutMs, receiver);
    this.#table.add(pending);
    if (peer !== ANY_PEER) peers.pin(peer);
    return pending;
  }

  /** Sends a request in the place of the one sent before with this token. @throws OptionValueError */
  send(pending: PendingRequest, { method, confirmable, options, payload }: RequestMessage): void {
    const { outbox, sender, clientCounters } = this.#parts;
    const { peer, token } = pending;
    this.#stop(pending);
    const messageId = outbox.nextMessageId(peer);
    const datagram = outbox.write(confirmable ? Type.CON : Type.NON, method, messageId, token, options, payload);
    clientCounters.requestsSent++;
    pending.messageId = messageId;
    pending.isNon = !confirmable;
    if (confirmable) {
      const transmission = new Transmission(peer, messageId, datagram, (end) =>
        this.#onEnd(pending, transmission, end),
      );
      pending.transmission = transmission;
      sender.send(transmission);
    } else {
      this.#table.addNon(pending);
      this.#timeouts.schedule(pending, pending.responseTimeoutMs);
      this.#gate.send(pending, datagram);
    }
  }

  /** Sends a NON request to a group; `pending` was opened for `ANY_PEER`. RFC 7252 §8.1. @throws OptionValueError */
  sendToGroup(pending: PendingRequest, group: PeerId, { method, options, payload }: RequestMessage): void {
    const { outbox, clientCounters } = this.#parts;
    const messageId = outbox.nextGroupMessageId();
    outbox.transmit(group, outbox.write(Type.NON, method, messageId, pending.token, options, payload));
    clientCounters.requestsSent++;
  }

  /** Calls `onDue` of the receiver after a time, unless a response comes or the request ends before. */
  schedule(pending: PendingRequest, delayMs: number): void {
    this.#timeouts.schedule(pending, delayMs);
  }

  /** Frees the token and stops what is on its way; it is not an error when it has ended. */
  end(pending: PendingRequest): void {
    if (!this.#table.remove(pending)) return;
    this.#stop(pending);
    if (pending.peer !== ANY_PEER) this.#parts.peers.unpin(pending.peer);
  }

  /** Fails everything that waits. */
  close(): void {
    this.#isClosed = true;
    for (const pending of this.#table.all()) this.#fail(pending, endpointClosedError());
  }

  /** Fails what waits for a peer whose session has ended. */
  endPeer(peer: PeerId): void {
    for (const pending of this.#table.all())
      if (pending.peer === peer) this.#fail(pending, sessionEndedError(this.#parts.identify(peer)));
  }

  /** The peer has shown that it responds. RFC 7252 §4.7. */
  answered(peer: PeerId): void {
    this.#gate.answered(peer);
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    this.#gate.forgetPeer(peer);
    this.#table.forgetPeer(peer);
  }

  /** Takes a message with a response: `message` describes `buffer[start, end)`. */
  receive(peer: PeerId, buffer: Uint8Array, start: number, end: number, message: MessageScanner): void {
    if (!isResponse(message)) return this.#receiveNonsense(peer, message);
    const pending = this.#table.find(peer, buffer, message.tokenStart, message.tokenEnd);
    if (pending !== undefined) this.#gate.answered(peer);
    if (message.type === Type.ACK) return this.#receivePiggybacked(peer, buffer, message, pending);
    const { windows, coarseClock, counters } = this.#parts;
    const mark = fingerprint(buffer, start, end);
    const lifetimeS = message.type === Type.NON ? this.#parts.nonLifetimeS : undefined;
    const remembered = windows.admit(peer, message.messageId, mark, coarseClock.nowS(), lifetimeS);
    if (remembered !== Remembered.New) {
      counters.duplicates++;
      return this.#answerAgain(peer, message, remembered);
    }
    const isTaken = pending !== undefined && this.#receiveSeparate(buffer, message, pending, peer);
    if (pending === undefined) counters.unmatched++;
    if (message.type === Type.CON) this.#answer(peer, message.messageId, mark, isTaken);
    else if (!isTaken && (message.flags & OptionFlag.Observe) !== 0) this.#reset(peer, message.messageId); // RFC 7641 §3.6
  }

  /** An RST came that no confirmable message awaits: it may reject a NON request. @returns false where it does not */
  onReset(peer: PeerId, messageId: number): boolean {
    const pending = this.#table.findNon(peer, messageId);
    if (pending === undefined) return false;
    this.#gate.answered(peer);
    this.#fail(pending, resetError(this.#parts.identify(pending.peer)));
    return true;
  }

  /** Codes of no known class, and requests where none can be. RFC 7252 §4.2, §4.3. */
  #receiveNonsense(peer: PeerId, { type, messageId }: MessageScanner): void {
    this.#parts.counters.malformed++;
    if (type === Type.CON) this.#reset(peer, messageId);
  }

  /** The message ID has to match as well. RFC 7252 §5.3.2. */
  #receivePiggybacked(peer: PeerId, buffer: Uint8Array, message: MessageScanner, pending?: PendingRequest): void {
    if (pending === undefined || pending.isNon || pending.messageId !== message.messageId) {
      if (!this.#parts.sender.settleResponse(peer, message.messageId)) this.#parts.counters.unmatched++;
    } else if (this.#isAcceptable(buffer, message, pending)) this.#deliver(pending, peer, buffer, message);
    // RFC 7252 §4.2: to reject an ACK is to ignore it, so that the request is sent again
  }

  /** @returns whether somebody took it. RFC 7252 §5.2.2, §5.2.3 */
  #receiveSeparate(buffer: Uint8Array, message: MessageScanner, pending: PendingRequest, peer: PeerId): boolean {
    return this.#isAcceptable(buffer, message, pending) && this.#deliver(pending, peer, buffer, message);
  }

  /** RFC 7252 §5.4.1. */
  #isAcceptable(buffer: Uint8Array, { tokenEnd, optionsEnd }: MessageScanner, pending: PendingRequest): boolean {
    const option = findBadOption(new OptionsView(buffer, tokenEnd, optionsEnd), this.#parts.optionRegistry);
    if (option < 0) return true;
    pending.rejectedOption = option;
    this.#parts.clientCounters.responsesRejected++;
    return false;
  }

  #deliver(pending: PendingRequest, peer: PeerId, buffer: Uint8Array, message: MessageScanner): boolean {
    const { identify, keepsReceivedBytes, clientCounters } = this.#parts;
    const response = IncomingResponse.of(buffer, message, identify(peer), !keepsReceivedBytes);
    if (!pending.receiver.accepts(response, message.type)) return false;
    clientCounters.responsesReceived++;
    if (pending.peer !== ANY_PEER) this.#stop(pending); // RFC 7252 §5.2.2: a response acknowledges its request as well
    pending.receiver.onResponse(response);
    return true;
  }

  /** Acknowledges or rejects a CON, and remembers which for when it comes again. RFC 7252 §4.2, §4.5. */
  #answer(peer: PeerId, messageId: number, mark: number, isTaken: boolean): void {
    if (isTaken) this.#acknowledge(peer, messageId);
    else this.#reset(peer, messageId);
    const state = isTaken ? Remembered.Acknowledged : Remembered.Replied;
    this.#parts.windows.settle(peer, messageId, mark, state, NO_REPLY);
  }

  #answerAgain(peer: PeerId, { type, messageId }: MessageScanner, remembered: Remembered): void {
    if (type !== Type.CON) return;
    if (remembered === Remembered.Acknowledged) this.#acknowledge(peer, messageId);
    else this.#reset(peer, messageId);
  }

  #acknowledge(peer: PeerId, messageId: number): void {
    this.#parts.outbox.sendEmpty(peer, Type.ACK, messageId);
  }

  #reset(peer: PeerId, messageId: number): void {
    this.#parts.outbox.sendEmpty(peer, Type.RST, messageId);
  }

  #onEnd(pending: PendingRequest, transmission: Transmission, outcome: Outcome): void {
    if (pending.transmission !== transmission) return;
    pending.transmission = undefined;
    if (outcome === Outcome.Acknowledged || outcome === Outcome.Reset) this.#gate.answered(pending.peer);
    if (outcome === Outcome.Acknowledged) this.#timeouts.schedule(pending, pending.responseTimeoutMs);
    else if (outcome === Outcome.Reset) this.#fail(pending, resetError(this.#parts.identify(pending.peer)));
    else if (outcome === Outcome.TimedOut)
      this.#fail(pending, unacknowledgedError(this.#parts.identify(pending.peer), pending));
    else this.#fail(pending, endpointClosedError());
  }

  #onDue(pending: PendingRequest): void {
    if (pending.messageId === NO_MESSAGE_ID) pending.receiver.onDue();
    else this.#fail(pending, unansweredError(this.#parts.identify(pending.peer), pending));
  }

  #fail(pending: PendingRequest, error: Error): void {
    this.end(pending);
    pending.receiver.onFailure(error);
  }

  /** Awaits no response to what was sent last. */
  #stop(pending: PendingRequest): void {
    const { transmission } = pending;
    if (pending.isNon) this.#table.removeNon(pending);
    pending.messageId = NO_MESSAGE_ID;
    pending.transmission = undefined;
    this.#timeouts.cancel(pending);
    this.#gate.cancel(pending);
    if (transmission !== undefined) this.#parts.sender.cancel(transmission);
  }
}

function isResponse({ code, type }: MessageScanner): boolean {
  const kind = codeClass(code);
  return type !== Type.RST && (kind === 2 || kind === 4 || kind === 5);
}
