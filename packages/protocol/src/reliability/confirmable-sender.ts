import { isResponseCode } from "../code/code.js";
import type { TransmissionParameters } from "../parameters/transmission-parameters.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";
import { HEAP_IDLE, TimerHeap } from "./timer-heap.js";

/** How a confirmable message ended. RFC 7252 §4.2. */
export const Outcome = {
  Acknowledged: "acknowledged",
  Reset: "reset",
  TimedOut: "timed out",
  Cancelled: "cancelled",
} as const;

/** One of the ends. */
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** A confirmable message that awaits its ACK, or its turn. */
export class Transmission {
  /** For the heap of time-outs. */
  dueMs = 0;
  heapIndex = HEAP_IDLE;
  timeoutMs = 0;
  retransmissions = 0;

  /**
   * @param renew asked before each retransmission, and after waiting for NSTART: what to send in its place, or
   * `undefined` for the same again
   */
  constructor(
    readonly peer: PeerId,
    public messageId: number,
    /** The whole datagram; nobody writes to it any more. */
    public datagram: Uint8Array,
    readonly onEnd: (outcome: Outcome) => void,
    readonly renew: () => Renewal | undefined = () => undefined,
  ) {}

  /** When it was sent last, in clock milliseconds. */
  get sentMs(): number {
    return this.dueMs - this.timeoutMs;
  }
}

/** A newer message that goes on where an older one was, with its time-outs. RFC 7641 §4.5.2. */
export interface Renewal {
  readonly messageId: number;
  readonly datagram: Uint8Array;
}

/** A peer's messages that are on their way, and those that wait for NSTART. */
interface Lane {
  inFlight: number;
  readonly waiting: Transmission[];
}

/** Totals and levels of confirmable messages. */
export interface ReliabilityCounters {
  /** Confirmable messages that await an ACK. */
  readonly unacknowledged: number;
  /** Confirmable messages that wait for NSTART. */
  readonly queued: number;
  readonly retransmissions: number;
  readonly timedOut: number;
}

/** What a sender works with. */
export interface SenderParts {
  readonly parameters: TransmissionParameters;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Peers with messages on their way must not lose their numbers. */
  readonly peers: { pin(peer: PeerId): void; unpin(peer: PeerId): void };
  transmit(peer: PeerId, datagram: Uint8Array): void;
}

const MESSAGE_IDS = 65_536;

/** Sends confirmable messages until they are acknowledged, reset or given up; at most NSTART at a time to a peer. RFC 7252 §4.2, §4.7. */
export class ConfirmableSender {
  readonly #parameters: TransmissionParameters;
  readonly #random: RandomSource;
  readonly #transmit: SenderParts["transmit"];
  readonly #peers: SenderParts["peers"];
  readonly #timeouts: TimerHeap<Transmission>;
  readonly #inFlight = new Map<number, Transmission>();
  readonly #lanes = new Map<PeerId, Lane>();
  #queued = 0;
  #retransmissions = 0;
  #timedOut = 0;

  constructor({ parameters, clock, random, peers, transmit }: SenderParts) {
    this.#parameters = parameters;
    this.#random = random;
    this.#peers = peers;
    this.#transmit = transmit;
    this.#timeouts = new TimerHeap(clock, (transmission) => this.#onTimeout(transmission));
  }

  get counters(): ReliabilityCounters {
    return {
      unacknowledged: this.#inFlight.size,
      queued: this.#queued,
      retransmissions: this.#retransmissions,
      timedOut: this.#timedOut,
    };
  }

  /** Sends a message, or lets it wait for its turn. */
  send(transmission: Transmission): void {
    const lane = this.#laneOf(transmission.peer);
    if (lane.inFlight < this.#parameters.nstart && lane.waiting.length === 0) return this.#start(transmission, lane);
    lane.waiting.push(transmission);
    this.#queued++;
  }

  /** How many messages to the peer wait for NSTART. */
  waitingFor(peer: PeerId): number {
    return this.#lanes.get(peer)?.waiting.length ?? 0;
  }

  /** An ACK or RST came. @returns false where it matches nothing */
  settle(peer: PeerId, messageId: number, outcome: Outcome): boolean {
    const transmission = this.#inFlight.get(keyOf(peer, messageId));
    if (transmission === undefined) return false;
    this.#finish(transmission, outcome);
    return true;
  }

  /**
   * An ACK came that carries a response code: it acknowledges a response of ours, its content means nothing. RFC 7252 §5.2.2
   * @returns false where it matches none
   */
  settleResponse(peer: PeerId, messageId: number): boolean {
    const transmission = this.#inFlight.get(keyOf(peer, messageId));
    if (transmission === undefined || !isResponseCode(transmission.datagram[1] as number)) return false;
    this.#finish(transmission, Outcome.Acknowledged);
    return true;
  }

  /** Gives a message up without waiting further; it is not an error when it has ended. */
  cancel(transmission: Transmission): void {
    if (this.#inFlight.get(keyOf(transmission.peer, transmission.messageId)) === transmission) {
      return this.#finish(transmission, Outcome.Cancelled);
    }
    const lane = this.#lanes.get(transmission.peer);
    const at = lane?.waiting.indexOf(transmission) ?? -1;
    if (lane === undefined || at < 0) return;
    lane.waiting.splice(at, 1);
    this.#queued--;
    transmission.onEnd(Outcome.Cancelled);
  }

  /** Gives up what is meant for a peer. */
  cancelPeer(peer: PeerId): void {
    for (const transmission of [...(this.#lanes.get(peer)?.waiting ?? [])]) this.cancel(transmission);
    for (const transmission of [...this.#inFlight.values()]) if (transmission.peer === peer) this.cancel(transmission);
  }

  /** Gives everything up. */
  cancelAll(): void {
    for (const { waiting } of [...this.#lanes.values()])
      for (const transmission of [...waiting]) this.cancel(transmission);
    for (const transmission of [...this.#inFlight.values()]) this.cancel(transmission);
  }

  #start(transmission: Transmission, lane: Lane): void {
    const { ackTimeoutMs, ackRandomFactor } = this.#parameters;
    lane.inFlight++;
    this.#inFlight.set(keyOf(transmission.peer, transmission.messageId), transmission);
    transmission.timeoutMs = ackTimeoutMs * (1 + this.#random.fraction() * (ackRandomFactor - 1));
    this.#timeouts.schedule(transmission, transmission.timeoutMs);
    this.#transmit(transmission.peer, transmission.datagram);
  }

  #onTimeout(transmission: Transmission): void {
    if (transmission.retransmissions >= this.#parameters.maxRetransmit) {
      this.#timedOut++;
      return this.#finish(transmission, Outcome.TimedOut);
    }
    transmission.retransmissions++;
    transmission.timeoutMs *= 2;
    this.#retransmissions++;
    this.#renew(transmission);
    this.#timeouts.schedule(transmission, transmission.timeoutMs);
    this.#transmit(transmission.peer, transmission.datagram);
  }

  #renew(transmission: Transmission): void {
    this.#inFlight.delete(keyOf(transmission.peer, transmission.messageId));
    takeRenewal(transmission);
    this.#inFlight.set(keyOf(transmission.peer, transmission.messageId), transmission);
  }

  #finish(transmission: Transmission, outcome: Outcome): void {
    const { peer } = transmission;
    this.#timeouts.cancel(transmission);
    this.#inFlight.delete(keyOf(peer, transmission.messageId));
    const lane = this.#laneOf(peer);
    lane.inFlight--;
    transmission.onEnd(outcome);
    this.#advance(peer, lane);
  }

  #advance(peer: PeerId, lane: Lane): void {
    if (this.#lanes.get(peer) !== lane) return; // `onEnd` has ended others, and perhaps begun anew
    const next = lane.inFlight < this.#parameters.nstart ? lane.waiting.shift() : undefined;
    if (next !== undefined) {
      this.#queued--;
      takeRenewal(next);
      this.#start(next, lane);
    } else if (lane.inFlight === 0 && lane.waiting.length === 0 && this.#lanes.delete(peer)) this.#peers.unpin(peer);
  }

  #laneOf(peer: PeerId): Lane {
    let lane = this.#lanes.get(peer);
    if (lane === undefined) {
      lane = { inFlight: 0, waiting: [] };
      this.#lanes.set(peer, lane);
      this.#peers.pin(peer);
    }
    return lane;
  }
}

function takeRenewal(transmission: Transmission): void {
  const renewal = transmission.renew();
  if (renewal === undefined) return;
  transmission.messageId = renewal.messageId;
  transmission.datagram = renewal.datagram;
}

function keyOf(peer: PeerId, messageId: number): number {
  return peer * MESSAGE_IDS + messageId;
}
