import { NOT_IPV4, parseIpv4 } from "./ipv4.js";

/** Number of a peer in its directory; taken up again by another peer after eviction. */
export type PeerId = number;

/** What `intern` gives where every peer is pinned, so that there is no room. */
export const NO_PEER: PeerId = -1;

/** Totals and levels of a directory. */
export interface PeerCounters {
  /** Peers known now. */
  readonly peers: number;
  /** Peers whose numbers are kept from being given away now. */
  readonly pinnedPeers: number;
  /** Peers forgotten to make room for others, since the start. */
  readonly evictedPeers: number;
  /** Peers that are filed under a session now. */
  readonly sessions: number;
  /** Sessions that have ended, since the start. */
  readonly endedSessions: number;
}

/** What a peer is filed under. */
const Filing = { Ipv4: 0, Text: 1, Session: 2, Ended: 3 } as const;
type Filing = (typeof Filing)[keyof typeof Filing];

const SLOTS_PER_PEER = 2;
const FREE = -1;

/**
 * Numbers for the addresses, or sessions, that an endpoint talks to. There are only so many: a new peer takes the place of
 * one that is not pinned and was not seen lately (second chance). Rows are columns of typed arrays, so that many peers
 * cost cache lines rather than objects.
 */
export class PeerDirectory {
  readonly capacity: number;
  readonly #addresses: string[] = [];
  readonly #ports: Int32Array;
  /** IPv4 address of peers filed by it. */
  readonly #ipv4: Int32Array;
  readonly #filing: Uint8Array;
  readonly #seen: Uint8Array;
  readonly #pins: Int32Array;
  /** Open addressing from (IPv4, port) to the number of the peer. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** From `port address` for everything that is not IPv4. */
  readonly #byText = new Map<string, PeerId>();
  readonly #bySession = new Map<number, PeerId>();
  /** Session numbers; made for the first session. */
  #sessions: Float64Array | undefined;
  /** Numbers of peers whose sessions have ended. */
  readonly #free: PeerId[] = [];
  readonly #onForget: (peer: PeerId) => void;
  readonly #onSessionEnd: (peer: PeerId) => void;
  #count = 0;
  /** Peers with at least one pin: when all have one, nobody searches for a place. */
  #pinned = 0;
  #hand = 0;
  #evicted = 0;
  #endedSessions = 0;

  /**
   * @param capacity most peers at a time
   * @param onForget called before the number of a peer is given to another one
   * @param onSessionEnd called when a session ends; until it returns, the peer is pinned and `sessionOf` says its session
   */
  constructor(
    capacity: number,
    onForget: (peer: PeerId) => void,
    onSessionEnd: (peer: PeerId) => void = () => undefined,
  ) {
    this.capacity = capacity;
    this.#onForget = onForget;
    this.#onSessionEnd = onSessionEnd;
    this.#ports = new Int32Array(capacity);
    this.#ipv4 = new Int32Array(capacity);
    this.#filing = new Uint8Array(capacity);
    this.#seen = new Uint8Array(capacity);
    this.#pins = new Int32Array(capacity);
    const slots = 2 ** Math.ceil(Math.log2(capacity * SLOTS_PER_PEER));
    this.#slots = new Int32Array(slots).fill(FREE);
    this.#mask = slots - 1;
  }

  get counters(): PeerCounters {
    return {
      peers: this.#count - this.#free.length,
      pinnedPeers: this.#pinned,
      evictedPeers: this.#evicted,
      sessions: this.#bySession.size,
      endedSessions: this.#endedSessions,
    };
  }

  /** Present address in text form, without brackets. */
  addressOf(peer: PeerId): string {
    return this.#addresses[peer] as string;
  }

  portOf(peer: PeerId): number {
    return this.#ports[peer] as number;
  }

  /** Keeps a peer's number from being given away, until `unpin` was called as often. */
  pin(peer: PeerId): void {
    if (this.#pins[peer] === 0) this.#pinned++;
    this.#pins[peer] = (this.#pins[peer] as number) + 1;
  }

  unpin(peer: PeerId): void {
    this.#pins[peer] = (this.#pins[peer] as number) - 1;
    if (this.#pins[peer] !== 0) return;
    this.#pinned--;
    if (this.#filing[peer] === Filing.Ended) this.#release(peer);
  }

  /** The number of an address, which it keeps while it is pinned or seen; `NO_PEER` where there is no room. */
  intern(address: string, port: number): PeerId {
    const ipv4 = parseIpv4(address);
    const peer = ipv4 === NOT_IPV4 ? (this.#byText.get(textKey(address, port)) ?? NO_PEER) : this.#findIpv4(ipv4, port);
    if (peer === NO_PEER) return this.#addAddress(address, port, ipv4);
    this.#seen[peer] = 1;
    return peer;
  }

  /**
   * The number of a session, whatever its address: where a transport keeps peers apart by security context or connection.
   * It has it while it is pinned or seen; `NO_PEER` where there is no room.
   * @param session a positive integer that the transport uses once only
   * @param address where the peer is when it is new here, in text form without brackets; `move` says what changes
   */
  internSession(session: number, address: string, port: number): PeerId {
    const peer = this.#bySession.get(session) ?? NO_PEER;
    if (peer === NO_PEER) return this.#addSession(session, address, port);
    this.#seen[peer] = 1;
    return peer;
  }

  /** The session that a peer is filed under; 0 where there is none, or it has ended. */
  sessionOf(peer: PeerId): number {
    return this.#sessions?.[peer] ?? 0;
  }

  /** A session goes on at another address, under its number (RFC 9146 §6). No effect on a peer that has no session. */
  move(peer: PeerId, address: string, port: number): void {
    if (this.#filing[peer] !== Filing.Session) return;
    this.#addresses[peer] = address;
    this.#ports[peer] = port;
  }

  /**
   * A session ends: what the endpoint holds for its peer goes at once, its number with the last pin. No effect on a peer
   * that has no session. Not to be called from within `Transport.send`.
   */
  endSession(peer: PeerId): void {
    if (this.#filing[peer] !== Filing.Session) return;
    this.#bySession.delete(this.sessionOf(peer));
    this.#filing[peer] = Filing.Ended;
    this.#endedSessions++;
    this.pin(peer);
    this.#onSessionEnd(peer);
    if (this.#sessions !== undefined) this.#sessions[peer] = 0;
    this.unpin(peer);
  }

  /** Whether the session of a peer has ended, while something still has it pinned. */
  hasEnded(peer: PeerId): boolean {
    return this.#filing[peer] === Filing.Ended;
  }

  #findIpv4(ipv4: number, port: number): PeerId {
    const slots = this.#slots;
    let slot = hash(ipv4, port) & this.#mask;
    for (let peer = slots[slot] as number; peer !== FREE; peer = slots[slot] as number) {
      if (this.#ipv4[peer] === ipv4 && this.#ports[peer] === port) return peer;
      slot = (slot + 1) & this.#mask;
    }
    return NO_PEER;
  }

  #addAddress(address: string, port: number, ipv4: number): PeerId {
    const isText = ipv4 === NOT_IPV4;
    const peer = this.#add(address, port, isText ? Filing.Text : Filing.Ipv4);
    if (peer === NO_PEER) return NO_PEER;
    if (isText) {
      this.#byText.set(textKey(address, port), peer);
    } else {
      this.#ipv4[peer] = ipv4;
      this.#insertSlot(peer);
    }
    return peer;
  }

  #addSession(session: number, address: string, port: number): PeerId {
    const peer = this.#add(address, port, Filing.Session);
    if (peer === NO_PEER) return NO_PEER;
    this.#sessions ??= new Float64Array(this.capacity);
    this.#sessions[peer] = session;
    this.#bySession.set(session, peer);
    return peer;
  }

  #add(address: string, port: number, filing: Filing): PeerId {
    const peer = this.#takeNumber();
    if (peer === NO_PEER) return NO_PEER;
    this.#addresses[peer] = address;
    this.#ports[peer] = port;
    this.#seen[peer] = 1;
    this.#filing[peer] = filing;
    return peer;
  }

  #takeNumber(): PeerId {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#count < this.capacity ? this.#count++ : this.#evict();
  }

  #insertSlot(peer: PeerId): void {
    let slot = this.#homeOf(peer);
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = peer;
  }

  /** Frees the number of a peer that is neither pinned nor was seen since the hand passed last. */
  #evict(): PeerId {
    if (this.#pinned === this.capacity) return NO_PEER;
    for (let steps = 0; steps < 2 * this.capacity; steps++) {
      const peer = this.#hand;
      this.#hand = (peer + 1) % this.capacity;
      if (this.#pins[peer] !== 0) continue;
      if (this.#seen[peer] === 1) {
        this.#seen[peer] = 0;
        continue;
      }
      this.#onForget(peer);
      this.#unfile(peer);
      this.#evicted++;
      return peer;
    }
    return NO_PEER;
  }

  /** Frees the number of a peer whose session has ended and that nothing has pinned any more. */
  #release(peer: PeerId): void {
    this.#onForget(peer);
    this.#free.push(peer);
  }

  #unfile(peer: PeerId): void {
    const filing = this.#filing[peer] as Filing;
    if (filing === Filing.Session) this.#unfileSession(peer);
    else if (filing === Filing.Text) this.#byText.delete(textKey(this.addressOf(peer), this.portOf(peer)));
    else this.#deleteSlot(peer);
  }

  #unfileSession(peer: PeerId): void {
    this.#bySession.delete(this.sessionOf(peer));
    if (this.#sessions !== undefined) this.#sessions[peer] = 0;
  }

  /** Takes a peer out of the open addressing and moves those behind it up, so that no search meets a gap. */
  #deleteSlot(peer: PeerId): void {
    const slots = this.#slots;
    let gap = this.#homeOf(peer);
    while (slots[gap] !== peer) gap = (gap + 1) & this.#mask;
    for (let next = (gap + 1) & this.#mask; slots[next] !== FREE; next = (next + 1) & this.#mask) {
      const distance = (next - this.#homeOf(slots[next] as number)) & this.#mask;
      if (distance < ((next - gap) & this.#mask)) continue;
      slots[gap] = slots[next] as number;
      gap = next;
    }
    slots[gap] = FREE;
  }

  #homeOf(peer: PeerId): number {
    return hash(this.#ipv4[peer] as number, this.#ports[peer] as number) & this.#mask;
  }
}

function hash(ipv4: number, port: number): number {
  const mixed = Math.imul(ipv4 ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function textKey(address: string, port: number): string {
  return `${port} ${address}`;
}
