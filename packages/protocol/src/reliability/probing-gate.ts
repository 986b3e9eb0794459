import type { TransmissionParameters } from "../parameters/transmission-parameters.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import { type Due, HEAP_IDLE, TimerHeap } from "./timer-heap.js";

/** Who sends a NON request. */
export interface Probe {
  readonly peer: PeerId;
  /** The datagram, while it waits for PROBING_RATE. */
  unsent: Uint8Array | undefined;
}

/** NON requests to one peer that wait for PROBING_RATE, in the order in which they go. */
interface Lane extends Due {
  readonly peer: PeerId;
  readonly waiting: Set<Probe>;
}

/** What a gate works with. */
export interface GateParts {
  readonly parameters: TransmissionParameters;
  readonly clock: Clock;
  /** Peers at a time; their numbers are below it. */
  readonly capacity: number;
  transmit(peer: PeerId, datagram: Uint8Array): void;
}

/** Bytes that may be on their way to a peer that has answered, before PROBING_RATE counts: some 200 small requests. */
const ANSWERED_BYTES = 16_384;
/** Nothing is known of a peer. */
const UNKNOWN = Number.NaN;

/**
 * Lets NON requests go to a peer that does not respond at PROBING_RATE on average, and all others at once. Each peer has a
 * token bucket: what PROBING_RATE gives in EXCHANGE_LIFETIME at first, 16 KiB after each answer; the last message may
 * overdraw it. It costs one number for each peer, and an object only where something waits. RFC 7252 §4.7.
 */
export class ProbingGate {
  readonly #clock: Clock;
  readonly #transmit: GateParts["transmit"];
  readonly #capacity: number;
  /** Milliseconds that a byte takes; 0: no limit. */
  readonly #msPerByte: number;
  readonly #firstMs: number;
  readonly #lanes = new Map<PeerId, Lane>();
  readonly #turns: TimerHeap<Lane>;
  /** By when PROBING_RATE has paid for what was sent to a peer, in clock milliseconds; made for the first NON request. */
  #paidMs: Float64Array | undefined;
  #paced = 0;

  constructor({ parameters, clock, capacity, transmit }: GateParts) {
    const { probingRateBytesPerS, exchangeLifetimeMs } = parameters;
    this.#clock = clock;
    this.#transmit = transmit;
    this.#capacity = capacity;
    this.#msPerByte = probingRateBytesPerS === 0 ? 0 : 1_000 / probingRateBytesPerS;
    this.#firstMs = exchangeLifetimeMs;
    this.#turns = new TimerHeap(clock, (lane) => this.#advance(lane));
  }

  /** Requests that had to wait, since the start. */
  get paced(): number {
    return this.#paced;
  }

  /** Sends a request, or lets it wait for its turn. */
  send(probe: Probe, datagram: Uint8Array): void {
    const { peer } = probe;
    if (this.#msPerByte === 0) return this.#transmit(peer, datagram);
    const lane = this.#lanes.get(peer);
    if (lane === undefined && this.#take(peer, datagram.length)) return this.#transmit(peer, datagram);
    probe.unsent = datagram;
    this.#paced++;
    if (lane === undefined) this.#open(probe);
    else lane.waiting.add(probe);
  }

  /** Has no effect on what does not wait. */
  cancel(probe: Probe): void {
    if (probe.unsent === undefined) return;
    probe.unsent = undefined;
    const lane = this.#lanes.get(probe.peer);
    if (lane?.waiting.delete(probe) === true && lane.waiting.size === 0) this.#close(lane);
  }

  /** The peer responds: what waits for it may go. */
  answered(peer: PeerId): void {
    if (this.#paidMs === undefined) return;
    this.#paidMs[peer] = this.#clock.nowMs() - ANSWERED_BYTES * this.#msPerByte;
    const lane = this.#lanes.get(peer);
    if (lane !== undefined) this.#advance(lane);
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    if (this.#paidMs !== undefined) this.#paidMs[peer] = UNKNOWN;
  }

  /** @returns false where the bucket is empty; else the bytes are taken out of it */
  #take(peer: PeerId, bytes: number): boolean {
    this.#paidMs ??= new Float64Array(this.#capacity).fill(UNKNOWN);
    const nowMs = this.#clock.nowMs();
    const known = this.#paidMs[peer] as number;
    const fullMs = nowMs - ANSWERED_BYTES * this.#msPerByte;
    const paidMs = Number.isNaN(known) ? nowMs - this.#firstMs : Math.max(known, fullMs);
    if (paidMs > nowMs) return false;
    this.#paidMs[peer] = paidMs + bytes * this.#msPerByte;
    return true;
  }

  #open(probe: Probe): void {
    const lane: Lane = { peer: probe.peer, waiting: new Set([probe]), dueMs: 0, heapIndex: HEAP_IDLE };
    this.#lanes.set(probe.peer, lane);
    this.#schedule(lane);
  }

  #advance(lane: Lane): void {
    for (const probe of lane.waiting) {
      const { unsent } = probe;
      if (unsent === undefined || !this.#take(lane.peer, unsent.length)) break;
      probe.unsent = undefined;
      lane.waiting.delete(probe);
      this.#transmit(lane.peer, unsent);
    }
    if (lane.waiting.size === 0) this.#close(lane);
    else this.#schedule(lane);
  }

  #schedule(lane: Lane): void {
    const paidMs = this.#paidMs?.[lane.peer] as number;
    this.#turns.schedule(lane, Math.max(0, paidMs - this.#clock.nowMs()));
  }

  #close(lane: Lane): void {
    this.#turns.cancel(lane);
    if (this.#lanes.get(lane.peer) === lane) this.#lanes.delete(lane.peer);
  }
}
