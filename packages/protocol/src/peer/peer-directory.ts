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
}

const SLOTS_PER_PEER = 2;
const FREE = -1;

/**
 * Numbers for the addresses that an endpoint talks to. Their number is capped: a new peer takes the place of one that is
 * not pinned and was not seen lately (second chance). Rows are columns of typed arrays, so that many peers cost cache
 * lines rather than objects.
 */
export class PeerDirectory {
  readonly capacity: number;
  readonly #addresses: string[] = [];
  readonly #ports: Int32Array;
  /** IPv4 address, or 0 for peers filed by text. */
  readonly #ipv4: Int32Array;
  readonly #isText: Uint8Array;
  readonly #seen: Uint8Array;
  readonly #pins: Int32Array;
  /** Open addressing from (IPv4, port) to the number of the peer. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** From `port address` for everything that is not IPv4. */
  readonly #byText = new Map<string, PeerId>();
  readonly #onEvict: (peer: PeerId) => void;
  #count = 0;
  /** Peers with at least one pin: when all have one, nobody searches for a place. */
  #pinned = 0;
  #hand = 0;
  #evicted = 0;

  /**
   * @param capacity most peers at a time
   * @param onEvict called before the number of a peer is given to another one
   */
  constructor(capacity: number, onEvict: (peer: PeerId) => void) {
    this.capacity = capacity;
    this.#onEvict = onEvict;
    this.#ports = new Int32Array(capacity);
    this.#ipv4 = new Int32Array(capacity);
    this.#isText = new Uint8Array(capacity);
    this.#seen = new Uint8Array(capacity);
    this.#pins = new Int32Array(capacity);
    const slots = 2 ** Math.ceil(Math.log2(capacity * SLOTS_PER_PEER));
    this.#slots = new Int32Array(slots).fill(FREE);
    this.#mask = slots - 1;
  }

  get counters(): PeerCounters {
    return { peers: this.#count, pinnedPeers: this.#pinned, evictedPeers: this.#evicted };
  }

  /** Address in text form, without brackets. */
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
    if (this.#pins[peer] === 0) this.#pinned--;
  }

  /** The number of an address, which it keeps while it is pinned or seen; `NO_PEER` where there is no room. */
  intern(address: string, port: number): PeerId {
    const ipv4 = parseIpv4(address);
    const peer = ipv4 === NOT_IPV4 ? (this.#byText.get(textKey(address, port)) ?? NO_PEER) : this.#findIpv4(ipv4, port);
    if (peer === NO_PEER) return this.#add(address, port, ipv4);
    this.#seen[peer] = 1;
    return peer;
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

  #add(address: string, port: number, ipv4: number): PeerId {
    const peer = this.#count < this.capacity ? this.#count++ : this.#evict();
    if (peer === NO_PEER) return NO_PEER;
    this.#addresses[peer] = address;
    this.#ports[peer] = port;
    this.#seen[peer] = 1;
    const isText = ipv4 === NOT_IPV4;
    this.#isText[peer] = isText ? 1 : 0;
    this.#ipv4[peer] = isText ? 0 : ipv4;
    if (isText) this.#byText.set(textKey(address, port), peer);
    else this.#insertSlot(peer);
    return peer;
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
      this.#onEvict(peer);
      this.#forget(peer);
      this.#evicted++;
      return peer;
    }
    return NO_PEER;
  }

  #forget(peer: PeerId): void {
    if (this.#isText[peer] === 1) this.#byText.delete(textKey(this.addressOf(peer), this.portOf(peer)));
    else this.#deleteSlot(peer);
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
