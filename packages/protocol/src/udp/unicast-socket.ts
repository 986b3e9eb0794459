import { ClosedError } from "../errors/network-error.js";
import { NO_PEER, type PeerDirectory, type PeerId } from "../peer/peer-directory.js";
import type { BoundAddress, OnBatch } from "../ports/transport.js";
import { canonicalAddress, isAddress, isWildcard, mapped } from "./address.js";
import { BindError } from "./bind-error.js";
import { refusalOf } from "./binding-rules.js";
import { datagramReceiver } from "./datagram-receiver.js";
import { MulticastSockets } from "./multicast-sockets.js";
import { newCounters } from "./mutable-counters.js";
import { cluster, lookup, type Socket } from "./node.js";
import { closeSocket, openSocket, type SocketPlan } from "./open-socket.js";
import { growReceiveBuffer } from "./receive-buffer.js";
import { resolveAddress } from "./resolve-address.js";
import { ResolveError } from "./resolve-error.js";
import type { OpenSocket, SendingSocket, UdpUnicastTransport } from "./transport-interfaces.js";
import type { UdpCounters, UdpOptions } from "./udp-options.js";

/** Greatest payload of a UDP datagram over IPv4, in bytes; IPv6 carries 20 more, which nobody needs. RFC 768. */
const MAX_DATAGRAM_BYTES = 65_507;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** The socket behind `udpTransport`. */
export class UnicastSocket implements UdpUnicastTransport, SendingSocket {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = true;
  readonly isMulticast = false;
  readonly multicast: MulticastSockets | undefined;
  readonly #options: UdpOptions;
  readonly #counters = newCounters();
  #open: OpenSocket | undefined;
  #opening: Promise<BoundAddress> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: UdpOptions) {
    this.#options = options;
    this.multicast = options.multicast && new MulticastSockets(this, options.multicast, options.onWarning);
  }

  get counters(): UdpCounters {
    return { ...this.#counters };
  }

  get pendingSends(): number {
    return this.#open === undefined ? 0 : this.#open.socket.getSendQueueCount();
  }

  get opened(): OpenSocket {
    if (this.#open === undefined) throw new ClosedError("The UDP transport is not open; open it before use.");
    return this.#open;
  }

  open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    if (this.#opening !== undefined || this.#closing !== undefined) {
      return Promise.reject(new ClosedError("A UDP transport opens once; make another one."));
    }
    this.#opening = this.#bind(peers, onBatch);
    return this.#opening;
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    const { type, bound } = this.opened;
    const address = await resolveAddress(host, port, { type, boundAddress: bound.address });
    const peer = this.opened.peers.intern(address, port);
    if (peer === NO_PEER)
      throw new ResolveError(`There is no room for ${host}: all peers are in use; allow more of them.`);
    return peer;
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const open = this.#open;
    if (open === undefined || end - start > MAX_DATAGRAM_BYTES) {
      this.#counters.sendErrors++;
      return;
    }
    const { peers, socket } = open;
    try {
      const address = open.type === "udp6" ? mapped(peers.addressOf(peer)) : peers.addressOf(peer);
      socket.send(buffer.subarray(start, end), peers.portOf(peer), address);
      this.#counters.sentDatagrams++;
    } catch {
      this.#counters.sendErrors++;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.multicast?.close();
    await this.#opening?.catch(() => undefined); // whoever opened it has been told
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) await closeSocket(open.socket);
  }

  async #bind(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    const { host = "::", port = 0, reusePort = false, receiveBufferBytes = RECEIVE_BUFFER_BYTES } = this.#options;
    const refusal = refusalOf(this.#options, {
      nodeVersion: process.versions.node,
      isClusterWorker: cluster.isWorker,
    });
    if (refusal !== undefined) throw new BindError(host, port, refusal);
    const address = isAddress(host) ? canonicalAddress(host) : await lookUpOwn(host, port);
    const type = address.includes(":") ? "udp6" : "udp4";
    const socket = await this.#openBesideGroups({ type, address, port, reusePort });
    socket.on("error", () => this.#counters.socketErrors++);
    socket.on("message", datagramReceiver(type, peers, onBatch, this.#counters));
    const warning = growReceiveBuffer(socket, receiveBufferBytes, process.platform);
    if (warning !== undefined) this.#options.onWarning?.(warning);
    const bound: BoundAddress = { scheme: this.scheme, address: socket.address().address, port: socket.address().port };
    this.#open = { socket, type, peers, bound };
    return bound;
  }

  /**
   * A wildcard keeps sockets from being bound to groups at the same port, unless all of them reuse addresses. Then the
   * system no longer says that a port is taken, so that a first socket without reuse has to find out.
   */
  async #openBesideGroups(plan: SocketPlan): Promise<Socket> {
    if (this.multicast === undefined || !isWildcard(plan.address)) return openSocket(plan);
    const probe = await openSocket(plan);
    const { port } = probe.address();
    await closeSocket(probe);
    return openSocket({ ...plan, port, reuseAddr: true });
  }
}

async function lookUpOwn(host: string, port: number): Promise<string> {
  try {
    return canonicalAddress((await lookup(host)).address);
  } catch (cause) {
    throw BindError.from(host, port, cause);
  }
}
