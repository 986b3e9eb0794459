import assert from "node:assert/strict";
import { BATCH_STRIDE, type BoundAddress, PeerDirectory, type PeerId, type Transport } from "@coapkit/protocol";
import type { TransportSubject } from "./transport-subject.js";

/** A datagram as it was received. */
export interface ReceivedDatagram {
  readonly peer: PeerId;
  /** Copied during `onBatch`. */
  readonly bytes: readonly number[];
  /** The transport's own memory. */
  readonly window: Uint8Array;
}

/** An opened transport with what it received. */
export interface Station {
  readonly transport: Transport;
  readonly bound: BoundAddress;
  readonly peers: PeerDirectory;
  readonly received: ReceivedDatagram[];
}

/** Where the cases of a transport contract try transports; {@link close} leaves nothing open. */
export class TransportBench {
  readonly subject: TransportSubject;
  readonly #deadlineMs: number;
  readonly #made: Transport[] = [];

  constructor(subject: TransportSubject, deadlineMs: number) {
    this.subject = subject;
    this.#deadlineMs = deadlineMs;
  }

  make(port = 0): Transport {
    const transport = this.subject.make(port);
    this.#made.push(transport);
    return transport;
  }

  async open(port = 0, capacity = 16): Promise<Station> {
    const transport = this.make(port);
    const peers = new PeerDirectory(capacity, () => undefined);
    const received: ReceivedDatagram[] = [];
    const bound = await transport.open(peers, (buffer, index, count) => {
      assert.ok(count > 0, `The contract wants batches of one or more; onBatch was called with ${count}.`);
      for (let i = 0; i < count; i++) received.push(read(buffer, index, i * BATCH_STRIDE));
    });
    return { transport, bound, peers, received };
  }

  /** Number by which `from` knows `to`. */
  peerOf(from: Station, to: Station): Promise<PeerId> {
    return from.transport.resolve(this.subject.host, to.bound.port);
  }

  async send(from: Station, to: Station, bytes: readonly number[]): Promise<void> {
    from.transport.send(await this.peerOf(from, to), Uint8Array.from(bytes), 0, bytes.length);
  }

  /** Lets datagrams travel until a condition holds. @throws AssertionError when it takes too long */
  async until(isReached: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + this.#deadlineMs;
    while (!isReached()) {
      if (performance.now() > endMs) assert.fail(`The contract wants ${what} within ${this.#deadlineMs} ms.`);
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    await this.subject.settle?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    for (const transport of this.#made.splice(0)) await transport.close();
  }
}

function read(buffer: Uint8Array, index: Int32Array, at: number): ReceivedDatagram {
  const [start = -1, end = -1, peer = -1] = index.subarray(at, at + BATCH_STRIDE);
  const isWithin = start >= 0 && start <= end && end <= buffer.length;
  assert.ok(
    isWithin,
    `The contract wants bounds within the buffer of ${buffer.length} bytes; found ${start} to ${end}.`,
  );
  const window = buffer.subarray(start, end);
  return { peer, bytes: [...window], window };
}
