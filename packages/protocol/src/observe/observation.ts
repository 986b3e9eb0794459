import { Code, codeClass } from "../code/code.js";
import { isSafeMethod } from "../code/method.js";
import { InterestLostReason } from "../exchange/interest-lost-reason.js";
import type { ImmediateResponse } from "../exchange/outgoing-response.js";
import { isSuppressed } from "../exchange/response-options.js";
import { ExchangeState, type ServerExchange } from "../exchange/server-exchange.js";
import { OptionFlag } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import { observeValue } from "../option/observe-value.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import { type ConfirmableSender, Outcome, type Renewal, Transmission } from "../reliability/confirmable-sender.js";
import type { Relation, WaitingNotification } from "./relation.js";
import { type RelationLimits, RelationTable } from "./relation-table.js";

/** What notifications need of the endpoint. */
export interface NotificationPort {
  /** Answers the registration itself, piggybacked, with an Observe option. */
  respond(exchange: ServerExchange, response: ImmediateResponse): void;
  /** Notes that the registration was answered by a notification. */
  finish(exchange: ServerExchange): void;
  /** @throws OptionValueError for a response that `write` would refuse */
  check(response: ImmediateResponse): void;
  nextMessageId(peer: PeerId): number;
  /** The datagram of a notification: options completed, payload cut to its first block. */
  write(exchange: ServerExchange, response: ImmediateResponse, type: Type, messageId: number): Uint8Array;
  transmit(peer: PeerId, datagram: Uint8Array): void;
  pin(peer: PeerId): void;
  unpin(peer: PeerId): void;
}

const REGISTER = 0;
const SEQUENCE_MASK = 0xffffff;
const SUCCESS = 2;
/** A notification that is not NON at least this often. RFC 7641 §4.5. */
const CONFIRM_WITHIN_MS = 24 * 60 * 60 * 1000;

/** The server's side of observation: who is interested, and how newer representations overtake older ones. RFC 7641. */
export class Observation {
  readonly #relations: RelationTable;
  readonly #sender: ConfirmableSender;
  readonly #clock: Clock;
  readonly #port: NotificationPort;
  /** Notifications sent. */
  #notifications = 0;
  /** Notifications sent as CON because a NON would have come too soon after another. RFC 7641 §4.5.1. */
  #paced = 0;
  /** Representations that a newer one overtook while they waited. */
  #superseded = 0;

  /** @param nonIntervalMs between NON notifications to a client whose round-trip time is not known. RFC 7641 §4.5.1 */
  constructor(
    limits: RelationLimits,
    nonIntervalMs: number,
    sender: ConfirmableSender,
    clock: Clock,
    port: NotificationPort,
  ) {
    this.#relations = new RelationTable(limits, nonIntervalMs);
    this.#sender = sender;
    this.#clock = clock;
    this.#port = port;
  }

  get counters() {
    return {
      observers: this.#relations.size,
      observersRefused: this.#relations.refused,
      notifications: this.#notifications,
      notificationsPaced: this.#paced,
      notificationsSuperseded: this.#superseded,
    };
  }

  /** See `ServerExchange.notify`. */
  notify(exchange: ServerExchange, response: ImmediateResponse, confirmable: boolean | undefined): boolean {
    const isSuccess = codeClass(response.code) === SUCCESS;
    const known = this.#relationOf(exchange);
    if (known !== undefined) {
      if (known.isEnding) return false;
      this.#push(known, { response, confirmable });
      return isSuccess;
    }
    if (exchange.state === ExchangeState.Done || !isSuccess || !isRegistration(exchange)) return false;
    const registered = this.#relations.register(exchange, this.#clock.nowMs());
    if (registered === undefined) return false;
    this.#port.pin(registered.relation.peer);
    if (registered.replaced !== undefined) this.#release(registered.replaced, InterestLostReason.Replaced);
    this.#answer(registered.relation, response, confirmable);
    return true;
  }

  /** Registers an exchange that was answered before a restart. @returns false where there is no room */
  restore(exchange: ServerExchange, sequence: number): boolean {
    if (!isRegistration(exchange)) return false;
    const registered = this.#relations.register(exchange, this.#clock.nowMs());
    if (registered === undefined) return false;
    const { relation, replaced } = registered;
    relation.sequence = sequence;
    this.#port.pin(relation.peer);
    if (replaced !== undefined) this.#release(replaced, InterestLostReason.Replaced);
    return true;
  }

  /** The handler answered a request without registering it, so that an older relation with its token ends. RFC 7641 §4.1 */
  onPlainResponse(exchange: ServerExchange): void {
    const relation = this.#relations.get(exchange.request.peerId, exchange.request.token);
    if (relation !== undefined && relation.exchange !== exchange && isRegistration(exchange))
      this.#end(relation, InterestLostReason.Replaced);
  }

  /** A request with Observe 1 ends the relation with its token. RFC 7641 §3.6. */
  deregister(peer: PeerId, token: Uint8Array): void {
    const relation = this.#relations.get(peer, token);
    if (relation !== undefined) this.#end(relation, InterestLostReason.Deregistered);
  }

  /** An RST came that no confirmable message awaits: it may reject a NON notification. RFC 7641 §3.6. */
  onReset(peer: PeerId, messageId: number): boolean {
    const relation = this.#relations.ofNon(peer, messageId);
    if (relation === undefined) return false;
    this.#end(relation, InterestLostReason.Reset);
    return true;
  }

  /** Ends a peer's relations: a client that acknowledges nothing any more has lost all interest. RFC 7641 §4.5. */
  endPeer(peer: PeerId, reason: InterestLostReason): void {
    for (const relation of this.#relations.ofPeer(peer)) this.#end(relation, reason);
  }

  /** Ends every relation. */
  endAll(): void {
    for (const relation of this.#relations.all()) this.#end(relation, InterestLostReason.Closed);
  }

  #relationOf(exchange: ServerExchange): Relation | undefined {
    const relation = this.#relations.get(exchange.request.peerId, exchange.request.token);
    return relation?.exchange === exchange ? relation : undefined;
  }

  /** The answer to a registration: as its own message it can be rejected like any notification. RFC 7641 §3.6. */
  #answer(relation: Relation, response: ImmediateResponse, confirmable: boolean | undefined): void {
    const { exchange } = relation;
    try {
      if (exchange.state === ExchangeState.Open && exchange.request.confirmable) {
        this.#port.respond(exchange, withSequence(response, relation));
      } else {
        this.#send(relation, response, (confirmable ?? false) || exchange.request.confirmable);
        this.#port.finish(exchange);
      }
    } catch (error) {
      this.#end(relation, InterestLostReason.Ended);
      throw error;
    }
  }

  /** Sends a representation, or lets it wait in the place of an older one. RFC 7641 §4.5.2. */
  #push(relation: Relation, notification: WaitingNotification): void {
    const { response } = notification;
    const isLast = codeClass(response.code) !== SUCCESS;
    if (relation.inFlight !== undefined) {
      this.#port.check(response);
      if (relation.waiting !== undefined) this.#superseded++;
      relation.waiting = notification;
      relation.isEnding = isLast;
      return;
    }
    const confirmable = isLast || (notification.confirmable ?? false) || !this.#mayBeNon(relation);
    this.#send(relation, response, confirmable);
    this.#notifications++;
  }

  #send(relation: Relation, response: ImmediateResponse, confirmable: boolean): void {
    const { messageId, datagram } = this.#write(relation, response, confirmable ? Type.CON : Type.NON);
    if (confirmable) this.#sendConfirmable(relation, messageId, datagram);
    else {
      this.#relations.rememberNon(relation, messageId);
      this.#port.transmit(relation.peer, datagram);
    }
    if (codeClass(response.code) !== SUCCESS) this.#endAfterLast(relation);
  }

  #write(relation: Relation, response: ImmediateResponse, type: Type): Renewal {
    const { exchange, peer } = relation;
    const messageId = this.#port.nextMessageId(peer);
    const content = codeClass(response.code) === SUCCESS ? withSequence(response, relation) : response;
    return { messageId, datagram: this.#port.write(exchange, content, type, messageId) };
  }

  #sendConfirmable(relation: Relation, messageId: number, datagram: Uint8Array): void {
    const transmission = new Transmission(
      relation.peer,
      messageId,
      datagram,
      (outcome) => this.#onEnd(relation, transmission, outcome),
      () => this.#renew(relation),
    );
    relation.inFlight = transmission;
    this.#sender.send(transmission);
  }

  /** What waits goes out in the place of a retransmission, and counts as one. RFC 7641 §4.5.2. */
  #renew(relation: Relation): Renewal | undefined {
    const { waiting } = relation;
    if (waiting === undefined || !this.#relations.has(relation)) return undefined;
    relation.waiting = undefined;
    const renewal = this.#write(relation, waiting.response, Type.CON);
    this.#notifications++;
    if (relation.isEnding) this.#endAfterLast(relation);
    return renewal;
  }

  /** RFC 7641 §4.2: a notification that is no success is the last one; it is delivered all the same. */
  #endAfterLast(relation: Relation): void {
    relation.inFlight = undefined;
    this.#end(relation, InterestLostReason.Ended);
  }

  #onEnd(relation: Relation, transmission: Transmission, outcome: Outcome): void {
    if (relation.inFlight === transmission) relation.inFlight = undefined;
    if (!this.#relations.has(relation)) return;
    if (outcome === Outcome.TimedOut) return this.endPeer(relation.peer, InterestLostReason.Timeout);
    if (outcome !== Outcome.Acknowledged) return this.#end(relation, reasonOf(outcome));
    relation.confirmedMs = this.#clock.nowMs();
    if (transmission.retransmissions > 0) relation.pace.forget();
    else relation.pace.sample(transmission.sentMs, relation.confirmedMs);
    const { waiting } = relation;
    relation.waiting = undefined;
    if (waiting !== undefined) this.#push(relation, waiting);
  }

  /**
   * RFC 7641 §4.5: not for more than a day. §4.5.1: not too soon after another; a CON in its place goes as fast as the
   * client acknowledges, and tells the round-trip time.
   */
  #mayBeNon({ confirmedMs, pace }: Relation): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs - confirmedMs >= CONFIRM_WITHIN_MS) return false;
    if (pace.takeNon(nowMs)) return true;
    this.#paced++;
    return false;
  }

  #end(relation: Relation, reason: InterestLostReason): void {
    if (this.#relations.remove(relation)) this.#release(relation, reason);
  }

  #release(relation: Relation, reason: InterestLostReason): void {
    const { inFlight } = relation;
    relation.waiting = undefined;
    relation.inFlight = undefined;
    if (inFlight !== undefined) this.#sender.cancel(inFlight);
    this.#port.unpin(relation.peer);
    relation.exchange.loseInterest(reason);
  }
}

/** A notification that nobody awaits any more was given up by a closing endpoint. */
function reasonOf(outcome: Outcome): InterestLostReason {
  return outcome === Outcome.Reset ? InterestLostReason.Reset : InterestLostReason.Closed;
}

/** Whether a request asks to be notified, and takes notifications. RFC 7641 §2, RFC 8132 §2.4, RFC 7967. */
function isRegistration({ request: { flags, method, options } }: ServerExchange): boolean {
  if ((flags & OptionFlag.Observe) === 0 || !isSafeMethod(method)) return false;
  if (observeValue(options) !== REGISTER) return false;
  return !isSuppressed(Code.Content, options);
}

/** The response with the relation's next Observe value: 24 bits that count up. RFC 7641 §4.4. */
function withSequence(response: ImmediateResponse, relation: Relation): ImmediateResponse {
  const value = relation.sequence++ & SEQUENCE_MASK;
  return { ...response, options: [{ number: OptionNumber.Observe, value }, ...response.options] };
}
