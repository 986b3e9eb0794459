import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";
import { type Due, HEAP_IDLE, TimerHeap } from "../reliability/timer-heap.js";

/** What the responses to group requests wait with. */
export interface LeisureParts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly peers: PeerDirectory;
  /** Longest wait, DEFAULT_LEISURE. RFC 7252 §8.2. */
  readonly leisureMs: number;
  /** Most responses that wait. */
  readonly maxWaiting: number;
  transmit(peer: PeerId, datagram: Uint8Array): void;
}

interface WaitingResponse extends Due {
  readonly peer: PeerId;
  readonly datagram: Uint8Array;
}

/** Responses to group requests: each waits for a random point of time, so that a group does not answer at once. RFC 7252 §8.2. */
export class LeisureQueue {
  readonly #parts: LeisureParts;
  readonly #waiting = new Set<WaitingResponse>();
  readonly #heap: TimerHeap<WaitingResponse>;
  #isClosed = false;

  constructor(parts: LeisureParts) {
    this.#parts = parts;
    this.#heap = new TimerHeap(parts.clock, (response) => this.#send(response));
  }

  /** Responses that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#waiting.size < this.#parts.maxWaiting;
  }

  /** Sends a message with memory of its own when its time has come; the peer is pinned until then. */
  add(peer: PeerId, datagram: Uint8Array): void {
    const { random, leisureMs, peers } = this.#parts;
    const response: WaitingResponse = { peer, datagram, dueMs: 0, heapIndex: HEAP_IDLE };
    peers.pin(peer);
    this.#waiting.add(response);
    this.#heap.schedule(response, random.fraction() * leisureMs);
  }

  /** Forgets what waits, and takes no more. */
  close(): void {
    this.#isClosed = true;
    this.#heap.clear();
    for (const { peer } of this.#waiting) this.#parts.peers.unpin(peer);
    this.#waiting.clear();
  }

  #send(response: WaitingResponse): void {
    const { peer, datagram } = response;
    this.#waiting.delete(response);
    this.#parts.transmit(peer, datagram);
    this.#parts.peers.unpin(peer);
  }
}
