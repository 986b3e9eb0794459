import {
  type BoundAddress,
  ClosedError,
  NO_PEER,
  type OnBatch,
  type PeerDirectory,
  type PeerId,
  type Transport,
} from "@coapkit/protocol";
import type { Arrival } from "./arrivals.js";
import { MemoryInlet } from "./memory-inlet.js";
import { UnknownHostError } from "./unknown-host-error.js";

/** Where a transport of a memory network listens. */
export interface MemoryTransportOptions {
  /** Literal address, such as "10.0.0.1". */
  readonly address: string;
  /** 0 takes a free one. @defaultValue 0 */
  readonly port?: number | undefined;
  /** Host name that resolves to the address. */
  readonly name?: string | undefined;
  /** Addresses of groups that it receives from, through `multicast`. @defaultValue none */
  readonly groups?: readonly string[] | undefined;
  /** False overwrites received bytes as soon as `onBatch` returns, as a transport that reuses its buffers does. @defaultValue true */
  readonly keepsReceivedBytes?: boolean | undefined;
}

/** A transport that receives what is sent to groups, and sends from the address of another one. */
export interface MemoryGroups extends Transport {
  readonly isMulticast: true;
}

/** What a transport needs of its network. */
export interface Wire {
  bind(transport: MemoryTransport, port: number): number;
  unbind(transport: MemoryTransport): void;
  /** Literal address of a host, or `undefined` for a name that nobody has. */
  addressOf(host: string): string | undefined;
  carry(from: MemoryTransport, address: string, port: number, bytes: Uint8Array): void;
}

/** A transport of a {@link MemoryNetwork}. */
export class MemoryTransport implements Transport {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly isMulticast = false;
  readonly keepsReceivedBytes: boolean;
  /** Receives what is sent to groups: open it after this one, with the same directory. */
  readonly multicast: MemoryGroups | undefined;
  readonly options: MemoryTransportOptions;
  readonly #wire: Wire;
  #peers: PeerDirectory | undefined;
  #inlet: MemoryInlet | undefined;
  #groupInlet: MemoryInlet | undefined;
  #wasOpened = false;

  /** Use `network.transport()`. */
  constructor(wire: Wire, options: MemoryTransportOptions) {
    this.#wire = wire;
    this.options = options;
    this.keepsReceivedBytes = options.keepsReceivedBytes ?? true;
    this.multicast = (options.groups ?? []).length === 0 ? undefined : this.#makeGroups();
  }

  /** 0: bytes are copied when they are sent. */
  get pendingSends(): number {
    return 0;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    if (this.#wasOpened) throw new ClosedError("A transport opens once; make another one.");
    this.#wasOpened = true;
    const port = this.#wire.bind(this, this.options.port ?? 0);
    this.#peers = peers;
    this.#inlet = new MemoryInlet(peers, onBatch, this.keepsReceivedBytes);
    return { scheme: this.scheme, address: this.options.address, port };
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    if (this.#peers === undefined) throw new ClosedError("The transport is not open; open it before use.");
    const address = this.#wire.addressOf(host);
    if (address === undefined || !(port >= 1 && port <= 65_535)) {
      throw new UnknownHostError(
        `Nobody on the memory network is ${host} with port ${port}; give a transport that name.`,
      );
    }
    const peer = this.#peers.intern(address, port);
    if (peer === NO_PEER) throw new UnknownHostError(`There is no room for ${host}: all peers are in use.`);
    return peer;
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const peers = this.#peers;
    if (peers === undefined) return;
    this.#wire.carry(this, peers.addressOf(peer), peers.portOf(peer), buffer.slice(start, end));
  }

  async close(): Promise<void> {
    this.#wasOpened = true;
    if (this.#peers === undefined) return;
    this.#peers = undefined;
    this.#inlet = undefined;
    this.#groupInlet = undefined;
    this.#wire.unbind(this);
  }

  /** Hands over what arrived at the transport's own address, or at a group's; for the network. */
  receive(arrivals: readonly Arrival[], isToGroup: boolean): boolean {
    const inlet = isToGroup ? this.#groupInlet : this.#inlet;
    inlet?.receive(arrivals);
    return inlet !== undefined;
  }

  #makeGroups(): MemoryGroups {
    const { scheme, kind, keepsReceivedBytes, pendingSends } = this;
    const open = async (peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> => {
      if (this.#peers === undefined) throw new ClosedError("Open the transport before its groups.");
      this.#groupInlet = new MemoryInlet(peers, onBatch, keepsReceivedBytes);
      return { scheme, address: (this.options.groups ?? []).join(" "), port: this.options.port ?? 0 };
    };
    return {
      scheme,
      kind,
      isMulticast: true,
      keepsReceivedBytes,
      pendingSends,
      open,
      resolve: (host, port) => this.resolve(host, port),
      send: (peer, buffer, start, end) => this.send(peer, buffer, start, end),
      close: async () => {
        this.#groupInlet = undefined;
      },
    };
  }
}
