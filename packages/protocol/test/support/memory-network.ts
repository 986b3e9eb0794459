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
  /** Those that tell what was sent to the group from what was sent to themselves. */
  readonly #members = new Map<string, Receive>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  attach(address: string, receive: Receive): void {
    this.#nodes.set(address, receive);
  }

  join(address: string, receive: Receive): void {
    this.#members.set(address, receive);
  }

  detach(address: string): void {
    this.#members.delete(address);
    this.#nodes.delete(address);
  }

  send(from: string, to: string, bytes: Uint8Array): void {
    const datagram = { from, to, bytes: bytes.slice(), sentMs: this.clock.nowMs() };
    this.sent.push(datagram);
    if (!this.isLost(datagram)) this.clock.setTimer(LATENCY_MS, () => this.#deliver(datagram));
  }

  /** @param isMember whether it receives what is sent to the group through `multicast` */
  transport(host: string, port = 5683, isMember = false): Transport {
    return new MemoryTransport(this, host, port, isMember);
  }

  #deliver({ from, to, bytes }: Datagram): void {
    if (!to.startsWith(GROUP)) return this.#nodes.get(to)?.(bytes, from);
    for (const [address, receive] of this.#nodes) {
      if (address !== from) (this.#members.get(address) ?? receive)(bytes, from);
    }
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
  readonly multicast: Transport | undefined;
  #peers: PeerDirectory | undefined;

  constructor(network: MemoryNetwork, host: string, port: number, isMember: boolean) {
    this.#network = network;
    this.#host = host;
    this.#port = port;
    if (isMember)
      this.multicast = groupOf(this, (peers, onBatch) => this.#network.join(this.#address, inlet(peers, onBatch)));
  }

  get #address(): string {
    return `${this.#host}:${this.#port}`;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    this.#peers = peers;
    this.#network.attach(this.#address, inlet(peers, onBatch));
    return { scheme: this.scheme, address: this.#host, port: this.#port };
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    if (this.#peers === undefined) throw new ClosedError("The transport is not open.");
    return this.#peers.intern(host, port);
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const peers = this.#peers as PeerDirectory;
    const to = `${peers.addressOf(peer)}:${peers.portOf(peer)}`;
    this.#network.send(this.#address, to, buffer.subarray(start, end));
  }

  async close(): Promise<void> {
    this.#network.detach(this.#address);
  }
}

function inlet(peers: PeerDirectory, onBatch: OnBatch): Receive {
  return (bytes, from) => {
    const [host = "", port] = from.split(":");
    const buffer = bytes.slice();
    onBatch(buffer, Int32Array.of(0, buffer.length, peers.intern(host, Number(port))), 1);
    buffer.fill(0xff);
  };
}

/** The transport of groups beside one of a node: it sends from that one's address, and closes with it. */
export function groupOf(node: Transport, join: (peers: PeerDirectory, onBatch: OnBatch) => void): Transport {
  const { scheme, kind, keepsReceivedBytes } = node;
  return {
    scheme,
    kind,
    keepsReceivedBytes,
    isMulticast: true,
    pendingSends: 0,
    open: async (peers, onBatch) => {
      join(peers, onBatch);
      return { scheme, address: GROUP, port: 5683 };
    },
    resolve: (host, port) => node.resolve(host, port),
    send: (peer, buffer, start, end) => node.send(peer, buffer, start, end),
    close: async () => undefined,
  };
}
