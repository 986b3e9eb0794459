import { BATCH_STRIDE, NO_PEER, type OnBatch, type PeerDirectory } from "@coapkit/protocol";
import type { Arrival } from "./arrivals.js";

/** Written over received bytes where a transport does not keep them. */
const OVERWRITTEN = 0xee;

/** Where a transport hands over what it receives. */
export class MemoryInlet {
  readonly #peers: PeerDirectory;
  readonly #onBatch: OnBatch;
  readonly #keepsBytes: boolean;

  constructor(peers: PeerDirectory, onBatch: OnBatch, keepsBytes: boolean) {
    this.#peers = peers;
    this.#onBatch = onBatch;
    this.#keepsBytes = keepsBytes;
  }

  /** Datagrams of peers for whom there is no room are left out. */
  receive(arrivals: readonly Arrival[]): void {
    const buffer = new Uint8Array(arrivals.reduce((sum, { bytes }) => sum + bytes.length, 0));
    const index = new Int32Array(arrivals.length * BATCH_STRIDE);
    let count = 0;
    let start = 0;
    for (const { address, port, bytes } of arrivals) {
      const peer = this.#peers.intern(address, port);
      if (peer === NO_PEER) continue;
      buffer.set(bytes, start);
      index.set([start, start + bytes.length, peer], BATCH_STRIDE * count++);
      start += bytes.length;
    }
    if (count > 0) this.#onBatch(buffer, index, count);
    if (!this.#keepsBytes) buffer.fill(OVERWRITTEN);
  }
}
