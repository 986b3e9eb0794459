import type { PeerId } from "../peer/peer-directory.js";
import { WindowAllocator } from "./window-allocator.js";

/** What is remembered of a message. */
export const Remembered = {
  /** Nothing: it is new, and now remembered as `Pending`. */
  New: 0,
  /** Its handler runs and nothing was sent yet. */
  Pending: 1,
  /** An empty ACK was sent; the answer comes, or came, as a message of its own. RFC 7252 §5.2.2. */
  Acknowledged: 2,
  /** It was answered; the reply may still be kept. */
  Replied: 3,
} as const;

/** One of the states. */
export type Remembered = (typeof Remembered)[keyof typeof Remembered];

/** No reply is kept. */
export const NO_REPLY = -1;

const WORDS = 4;
const USED = 1 << 31;
const STATE_SHIFT = 16;
const MESSAGE_ID = 0xffff;
const STATE = 3 << STATE_SHIFT;
const BASE_ENTRIES = 16;
const LARGEST_WINDOW = 65_536;

/** Levels and totals of the windows. */
export interface WindowCounters {
  /** Messages remembered now; those whose lifetime is over count until their place is needed. */
  readonly rememberedMessages: number;
  /** Messages forgotten before their lifetime ended, because the budget was used up. */
  readonly forgottenEarly: number;
  /** Windows made small again because nothing in them was alive and another needed their room. */
  readonly windowsReclaimed: number;
}

/**
 * Remembers messages by peer, message ID and fingerprint (RFC 7252 §4.5). Each peer has a window of its own, so that it
 * can only push out its own messages: the slot of a message ID is its low bits, and message IDs count up, so a window of
 * W entries holds the last W. A window doubles when a message that is still alive would be overwritten, up to all 65,536
 * message IDs, as long as the budget for growth lasts; when it is used up, windows in which nothing is alive give theirs
 * back. The first 16 entries of each peer are apart from that budget.
 */
export class MessageWindows {
  readonly #lifetimeS: number;
  /** Entries of four words: used, state and message ID; arrival second; fingerprint; reply position. */
  readonly #entries: Int32Array;
  readonly #growth: WindowAllocator;
  readonly #growthStart: number;
  /** Where a peer's window is, in entries; -1: its base window. */
  readonly #grownAt: Int32Array;
  /** Size of a peer's window less one. */
  readonly #masks: Int32Array;
  /** Peers whose windows have grown. */
  readonly #grown = new Set<PeerId>();
  /** When a peer's latest new message came, in seconds. */
  readonly #latestS: Int32Array;
  #reclaimedAtS = -1;
  #remembered = 0;
  #forgottenEarly = 0;
  #reclaimed = 0;
  /** Whether a message was forgotten while it was pending or acknowledged. */
  forgotUnfinished = false;
  /** Reply position of the message that `admit` has just found. */
  foundReply = NO_REPLY;

  /**
   * @param peers capacity of the peer directory
   * @param growthBytes budget for windows beyond the base ones, in bytes
   * @param lifetimeS how long a message is remembered at most, in seconds
   */
  constructor(peers: number, growthBytes: number, lifetimeS: number) {
    const growthEntries = Math.floor(growthBytes / (WORDS * Int32Array.BYTES_PER_ELEMENT));
    this.#lifetimeS = lifetimeS;
    this.#growthStart = peers * BASE_ENTRIES;
    this.#entries = new Int32Array((this.#growthStart + growthEntries) * WORDS);
    this.#growth = new WindowAllocator(growthEntries, 2 * BASE_ENTRIES, LARGEST_WINDOW);
    this.#grownAt = new Int32Array(peers).fill(-1);
    this.#masks = new Int32Array(peers).fill(BASE_ENTRIES - 1);
    this.#latestS = new Int32Array(peers);
  }

  get counters(): WindowCounters {
    return {
      rememberedMessages: this.#remembered,
      forgottenEarly: this.#forgottenEarly,
      windowsReclaimed: this.#reclaimed,
    };
  }

  /**
   * What is remembered of a message; a new one is remembered from here on.
   * @param lifetimeS how long such a message is remembered, at most as long as any
   */
  admit(
    peer: PeerId,
    messageId: number,
    fingerprint: number,
    nowS: number,
    lifetimeS: number = this.#lifetimeS,
  ): Remembered {
    const entries = this.#entries;
    let at = this.#slot(peer, messageId);
    const word = entries[at] as number;
    const ageS = nowS - (entries[at + 1] as number);
    if ((word & USED) !== 0 && ageS <= this.#lifetimeS) {
      if ((word & MESSAGE_ID) === messageId) {
        if (entries[at + 2] === fingerprint && ageS <= lifetimeS) {
          this.foundReply = entries[at + 3] as number;
          return ((word & STATE) >>> STATE_SHIFT) as Remembered;
        }
      } else if (this.#grow(peer, nowS)) {
        return this.admit(peer, messageId, fingerprint, nowS, lifetimeS);
      } else this.#forgetEarly(word);
    }
    at = this.#slot(peer, messageId);
    if (((entries[at] as number) & USED) === 0) this.#remembered++;
    entries[at] = USED | (Remembered.Pending << STATE_SHIFT) | messageId;
    entries[at + 1] = nowS;
    entries[at + 2] = fingerprint;
    entries[at + 3] = NO_REPLY;
    this.#latestS[peer] = nowS;
    return Remembered.New;
  }

  /** Notes what became of a message; has no effect once it is forgotten. */
  settle(peer: PeerId, messageId: number, fingerprint: number, state: Remembered, reply: number): void {
    const entries = this.#entries;
    const at = this.#slot(peer, messageId);
    const word = entries[at] as number;
    if ((word & USED) === 0 || (word & MESSAGE_ID) !== messageId || entries[at + 2] !== fingerprint) return;
    entries[at] = USED | (state << STATE_SHIFT) | messageId;
    entries[at + 3] = reply;
  }

  /** Forgets everything of a peer. */
  forgetPeer(peer: PeerId): void {
    this.#clear(this.#startOf(peer), this.#sizeOf(peer));
    this.#shrink(peer);
  }

  #forgetEarly(word: number): void {
    this.#forgottenEarly++;
    if ((word & STATE) >>> STATE_SHIFT !== Remembered.Replied) this.forgotUnfinished = true;
  }

  #slot(peer: PeerId, messageId: number): number {
    return (this.#startOf(peer) + (messageId & (this.#masks[peer] as number))) * WORDS;
  }

  #startOf(peer: PeerId): number {
    const grownAt = this.#grownAt[peer] as number;
    return grownAt < 0 ? peer * BASE_ENTRIES : grownAt;
  }

  #sizeOf(peer: PeerId): number {
    return (this.#masks[peer] as number) + 1;
  }

  /** Doubles a window and moves what is alive. @returns false where it cannot */
  #grow(peer: PeerId, nowS: number): boolean {
    const size = this.#sizeOf(peer);
    const position = size < LARGEST_WINDOW ? this.#allocate(size * 2, nowS) : -1;
    if (position < 0) return false;
    const from = this.#startOf(peer);
    const to = this.#growthStart + position;
    this.#entries.fill(0, to * WORDS, (to + size * 2) * WORDS);
    for (let i = from; i < from + size; i++) this.#move(i * WORDS, to, size * 2 - 1, nowS);
    this.#clear(from, size);
    this.#release(peer);
    this.#grownAt[peer] = to;
    this.#masks[peer] = size * 2 - 1;
    this.#grown.add(peer);
    return true;
  }

  #allocate(size: number, nowS: number): number {
    const position = this.#growth.allocate(size);
    return position < 0 && this.#reclaim(nowS) ? this.#growth.allocate(size) : position;
  }

  /** Makes windows small in which nothing is alive; it looks once a second at most. @returns whether there were any */
  #reclaim(nowS: number): boolean {
    if (this.#reclaimedAtS === nowS) return false;
    this.#reclaimedAtS = nowS;
    const before = this.#reclaimed;
    for (const peer of this.#grown) {
      if (nowS - (this.#latestS[peer] as number) <= this.#lifetimeS) continue;
      this.forgetPeer(peer);
      this.#reclaimed++;
    }
    return this.#reclaimed > before;
  }

  /** Gives a grown window back; its base window is empty since it grew. */
  #shrink(peer: PeerId): void {
    this.#release(peer);
    this.#grown.delete(peer);
    this.#grownAt[peer] = -1;
    this.#masks[peer] = BASE_ENTRIES - 1;
  }

  #move(source: number, to: number, mask: number, nowS: number): void {
    const entries = this.#entries;
    const word = entries[source] as number;
    if ((word & USED) === 0 || nowS - (entries[source + 1] as number) > this.#lifetimeS) return;
    this.#remembered++;
    entries.copyWithin((to + (word & MESSAGE_ID & mask)) * WORDS, source, source + WORDS);
  }

  /** Forgets everything in `size` entries from `start` on. */
  #clear(start: number, size: number): void {
    const entries = this.#entries;
    for (let at = start * WORDS; at < (start + size) * WORDS; at += WORDS) {
      if (((entries[at] as number) & USED) !== 0) this.#remembered--;
    }
    entries.fill(0, start * WORDS, (start + size) * WORDS);
  }

  #release(peer: PeerId): void {
    const grownAt = this.#grownAt[peer] as number;
    if (grownAt >= 0) this.#growth.free(grownAt - this.#growthStart, this.#sizeOf(peer));
  }
}
