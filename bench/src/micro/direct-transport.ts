import type { BoundAddress, OnBatch, PeerDirectory, Transport } from "@coapkit/protocol";

/** Takes what an endpoint sends: `buffer[start, end)`. */
export type OnSent = (buffer: Uint8Array, start: number, end: number) => void;

/** A transport without a socket: a datagram is given to the endpoint by a call, and what it sends is shown to a callback. */
export class DirectTransport implements Transport {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = false;
  readonly pendingSends = 0;
  readonly #index = new Int32Array(3);
  readonly #onSent: OnSent;
  #peers: PeerDirectory | undefined;
  #onBatch: OnBatch | undefined;

  constructor(onSent: OnSent) {
    this.#onSent = onSent;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    this.#peers = peers;
    this.#onBatch = onBatch;
    return { scheme: this.scheme, address: "192.0.2.2", port: 5683 };
  }

  async resolve(host: string, port: number): Promise<number> {
    return this.#peers?.intern(host, port) ?? -1;
  }

  send(_peer: number, buffer: Uint8Array, start: number, end: number): void {
    this.#onSent(buffer, start, end);
  }

  async close(): Promise<void> {
    this.#onBatch = undefined;
  }

  /** Gives the endpoint a datagram from an address; the address is looked up as a socket's receiver does it. */
  deliver(datagram: Uint8Array, address: string, port: number): void {
    this.#index[0] = 0;
    this.#index[1] = datagram.length;
    this.#index[2] = this.#peers?.intern(address, port) ?? -1;
    this.#onBatch?.(datagram, this.#index, 1);
  }
}
