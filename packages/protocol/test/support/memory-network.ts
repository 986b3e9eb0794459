import { ClosedError } from "../../src/errors/network-error.js";
import type { PeerDirectory, PeerId } from "../../src/peer/peer-directory.js";
import type { Clock } from "../../src/ports/clock.js";
import type { BoundAddress, OnBatch, Transport } from "../../src/ports/transport.js";

/** A datagram on its way. */
export interface Datagram {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
  readonly sentMs: number;
}

/** Takes datagrams that are sent to an address. */
export type Receive = (bytes: Uint8Array, from: string) => void;

const LATENCY_MS = 10;
const GROUP = "224.0.1.187";

/** A network in memory, on a clock that the test moves; addresses read `10.0.0.1:5683`. */
export class MemoryNetwork {
  /** Everything that was sent, also what was lost. */
  readonly sent: Datagram[] = [];
  /** Says which datagrams are lost. */
  isLost: (datagram: Datagram) => boolean = () => false;
  readonly clock: Clock;
  readonly #nodes = new Map<string, Receive>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  attach(address: string, receive: Receive): void {
    this.#nodes.set(address, receive);
  }

  detach(address: string): void {
    this.#nodes.delete(address);
  }

  send(from: string, to: string, bytes: Uint8Array): void {
    const datagram = { from, to, bytes: bytes.slice(), sentMs: this.clock.nowMs() };
    this.sent.push(datagram);
    if (!this.isLost(datagram)) this.clock.setTimer(LATENCY_MS, () => this.#deliver(datagram));
  }

  transport(host: string, port = 5683): Transport {
    return new MemoryTransport(this, host, port);
  }

  #deliver({ from, to, bytes }: Datagram): void {
    if (!to.startsWith(GROUP)) return this.#nodes.get(to)?.(bytes, from);
    for (const [address, receive] of this.#nodes) if (address !== from) receive(bytes, from);
  }
}

/** Overwrites what was received once it is handed up, as a transport that reuses its buffer does. */
class MemoryTransport implements Transport {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = false;
  readonly pendingSends = 0;
  readonly #network: MemoryNetwork;
  readonly #host: string;
  readonly #port: number;
  #peers: PeerDirectory | undefined;

  constructor(network: MemoryNetwork, host: string, port: number) {
    this.#network = network;
    this.#host = host;
    this.#port = port;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    this.#peers = peers;
    this.#network.attach(`${this.#host}:${this.#port}`, (bytes, from) => {
      const [host = "", port] = from.split(":");
      const buffer = bytes.slice();
      onBatch(buffer, Int32Array.of(0, buffer.length, peers.intern(host, Number(port))), 1);
      buffer.fill(0xff);
    });
    return { scheme: this.scheme, address: this.#host, port: this.#port };
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    if (this.#peers === undefined) throw new ClosedError("The transport is not open.");
    return this.#peers.intern(host, port);
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const peers = this.#peers as PeerDirectory;
    const to = `${peers.addressOf(peer)}:${peers.portOf(peer)}`;
    this.#network.send(`${this.#host}:${this.#port}`, to, buffer.subarray(start, end));
  }

  async close(): Promise<void> {
    this.#network.detach(`${this.#host}:${this.#port}`);
  }
}
