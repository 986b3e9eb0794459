import type { PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";

const MESSAGE_IDS = 65_536;
/** Message IDs that are timed together. */
const LOT = 4_096;
/** Lots of IDs for unicast; the rest is for groups. */
const LOTS = 15;
const UNICAST_IDS = LOTS * LOT;
const GROUP_IDS = MESSAGE_IDS - UNICAST_IDS;
/** Spreads the first message IDs of peers: prime to `UNICAST_IDS`, so that each of as many peers has another one. */
const SPREAD = 40_507;

/** What message IDs are made from. */
export interface MessageIdSettings {
  /** Capacity of the peer directory. */
  readonly peers: number;
  /** Says where message IDs start, as it should be random. RFC 7252 §4.4 */
  readonly random: Pick<RandomSource, "fraction">;
  readonly clock: Pick<Clock, "nowMs">;
  /** EXCHANGE_LIFETIME, within which no ID may come again. */
  readonly lifetimeMs: number;
}

/**
 * Message IDs, for each peer in turn, and for groups: these are others than those for unicast, as a member may be talked to
 * both ways and not tell one from the other. RFC 7252 §4.4, §8.1.
 */
export class MessageIds {
  readonly #settings: MessageIdSettings;
  readonly #first: number;
  readonly #next: Uint16Array;
  /** When the peer was sent the first ID of each lot last, in clock milliseconds; for peers that were sent a lot of messages. */
  readonly #lotsMs = new Map<PeerId, Float64Array>();
  #nextOfGroups = 0;
  #reused = 0;

  constructor(settings: MessageIdSettings) {
    this.#settings = settings;
    this.#first = Math.floor(settings.random.fraction() * MESSAGE_IDS);
    this.#next = new Uint16Array(settings.peers);
  }

  /** IDs that were sent to a peer again within EXCHANGE_LIFETIME, in lots of 4,096. */
  get reused(): number {
    return this.#reused;
  }

  /** An ID that was not used towards the peer for as long as there are others. */
  next(peer: PeerId): number {
    const id = this.#next[peer] as number;
    this.#next[peer] = (id + 1) % UNICAST_IDS;
    if (id % LOT === 0) this.#beginLot(peer, id / LOT);
    return (this.#first + ((id + (peer % UNICAST_IDS) * SPREAD) % UNICAST_IDS)) % MESSAGE_IDS;
  }

  /** An ID for a message to any group, which no message to a peer has. */
  nextForGroup(): number {
    const id = this.#nextOfGroups;
    this.#nextOfGroups = (id + 1) % GROUP_IDS;
    return (this.#first + UNICAST_IDS + id) % MESSAGE_IDS;
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    this.#lotsMs.delete(peer);
  }

  #beginLot(peer: PeerId, lot: number): void {
    let lotsMs = this.#lotsMs.get(peer);
    if (lotsMs === undefined) {
      if (lot === 0) return; // most peers get no further; for others one lot is not counted, once
      lotsMs = new Float64Array(LOTS).fill(Number.NEGATIVE_INFINITY);
      this.#lotsMs.set(peer, lotsMs);
    }
    const nowMs = this.#settings.clock.nowMs();
    if (nowMs - (lotsMs[lot] as number) < this.#settings.lifetimeMs) this.#reused += LOT;
    lotsMs[lot] = nowMs;
  }
}
