import { codeClass } from "../code/code.js";
import type { ImmediateResponse } from "../exchange/outgoing-response.js";
import { ExchangeState, type ServerExchange } from "../exchange/server-exchange.js";
import { OptionFlag } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import { type ConfirmableSender, Outcome, Transmission } from "../reliability/confirmable-sender.js";
import type { Relation } from "./relation.js";
import { type RelationLimits, RelationTable } from "./relation-table.js";

/** What notifications need of the endpoint. */
export interface NotificationPort {
  /** Answers the registration itself, with an Observe option. */
  respond(exchange: ServerExchange, response: ImmediateResponse): void;
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
  notifications = 0;
  /** Representations that a newer one overtook while they waited. */
  superseded = 0;

  constructor(limits: RelationLimits, sender: ConfirmableSender, clock: Clock, port: NotificationPort) {
    this.#relations = new RelationTable(limits);
    this.#sender = sender;
    this.#clock = clock;
    this.#port = port;
  }

  get size(): number {
    return this.#relations.size;
  }

  /** Registrations that found no room. */
  get refused(): number {
    return this.#relations.refused;
  }

  /** See `ServerExchange.notify`. */
  notify(exchange: ServerExchange, response: ImmediateResponse, confirmable: boolean | undefined): boolean {
    const known = this.#relationOf(exchange);
    if (known !== undefined) {
      this.#push(known, { response, confirmable });
      return codeClass(response.code) === SUCCESS;
    }
    if (exchange.state === ExchangeState.Done || !isRegistration(exchange) || codeClass(response.code) !== SUCCESS)
      return false;
    const registered = this.#relations.register(exchange, this.#clock.nowMs());
    if (registered === undefined) return false;
    this.#port.pin(registered.relation.peer);
    if (registered.replaced !== undefined) this.#release(registered.replaced);
    this.#port.respond(exchange, withSequence(response, registered.relation));
    return true;
  }

  /** A request with Observe 1 ends the relation with its token. RFC 7641 §3.6. */
  deregister(peer: PeerId, token: Uint8Array): void {
    const relation = this.#relations.get(peer, token);
    if (relation !== undefined) this.#end(relation);
  }

  /** An RST came that no confirmable message awaits: it may reject a NON notification. RFC 7641 §3.6. */
  onReset(peer: PeerId, messageId: number): boolean {
    const relation = this.#relations.ofNon(peer, messageId);
    if (relation === undefined) return false;
    this.#end(relation);
    return true;
  }

  /** Ends every relation. */
  endAll(): void {
    for (const relation of this.#relations.all()) this.#end(relation);
  }

  #relationOf(exchange: ServerExchange): Relation | undefined {
    const relation = this.#relations.get(exchange.request.peerId, exchange.request.token);
    return relation?.exchange === exchange ? relation : undefined;
  }

  /** Sends a representation, or lets it wait in the place of an older one. RFC 7641 §4.5.2. */
  #push(relation: Relation, notification: NonNullable<Relation["waiting"]>): void {
    if (relation.inFlight !== undefined) {
      if (relation.waiting !== undefined) this.superseded++;
      relation.waiting = notification;
      return;
    }
    const { response } = notification;
    const isLast = codeClass(response.code) !== SUCCESS;
    const confirmable = isLast || (notification.confirmable ?? false) || this.#isConfirmationDue(relation);
    const { exchange, peer } = relation;
    const messageId = this.#port.nextMessageId(peer);
    const content = isLast ? response : withSequence(response, relation);
    const datagram = this.#port.write(exchange, content, confirmable ? Type.CON : Type.NON, messageId);
    this.notifications++;
    if (isLast) this.#end(relation); // §4.2: a notification that is no success is the last one
    if (confirmable) this.#sendConfirmable(relation, messageId, datagram);
    else {
      this.#relations.rememberNon(relation, messageId);
      this.#port.transmit(peer, datagram);
    }
  }

  #sendConfirmable(relation: Relation, messageId: number, datagram: Uint8Array): void {
    const transmission = new Transmission(relation.peer, messageId, datagram, (outcome) =>
      this.#onEnd(relation, transmission, outcome),
    );
    relation.inFlight = transmission;
    this.#sender.send(transmission);
  }

  #onEnd(relation: Relation, transmission: Transmission, outcome: Outcome): void {
    if (relation.inFlight === transmission) relation.inFlight = undefined;
    if (!this.#relations.has(relation)) return;
    if (outcome === Outcome.TimedOut) return this.#endPeer(relation.peer);
    if (outcome !== Outcome.Acknowledged) return this.#end(relation);
    relation.confirmedMs = this.#clock.nowMs();
    const { waiting } = relation;
    relation.waiting = undefined;
    if (waiting !== undefined) this.#push(relation, waiting);
  }

  /** A client that acknowledges nothing any more has lost interest in everything. RFC 7641 §4.5. */
  #endPeer(peer: PeerId): void {
    for (const relation of this.#relations.ofPeer(peer)) this.#end(relation);
  }

  #isConfirmationDue(relation: Relation): boolean {
    return this.#clock.nowMs() - relation.confirmedMs >= CONFIRM_WITHIN_MS;
  }

  #end(relation: Relation): void {
    if (this.#relations.remove(relation)) this.#release(relation);
  }

  #release(relation: Relation): void {
    const { inFlight } = relation;
    relation.waiting = undefined;
    relation.inFlight = undefined;
    if (inFlight !== undefined) this.#sender.cancel(inFlight);
    this.#port.unpin(relation.peer);
    relation.exchange.loseInterest();
  }
}

/** Whether a request asks to be notified. RFC 7641 §2. */
function isRegistration({ request }: ServerExchange): boolean {
  return (request.flags & OptionFlag.Observe) !== 0 && request.options.uint(OptionNumber.Observe) === REGISTER;
}

/** The response with the relation's next Observe value: 24 bits that count up. RFC 7641 §4.4. */
function withSequence(response: ImmediateResponse, relation: Relation): ImmediateResponse {
  const value = relation.sequence++ & SEQUENCE_MASK;
  return { ...response, options: [{ number: OptionNumber.Observe, value }, ...response.options] };
}
