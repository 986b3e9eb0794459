import { ClosedError } from "../errors/network-error.js";
import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import type { BoundAddress, OnBatch } from "../ports/transport.js";
import { isWildcard } from "./address.js";
import { BindError, systemCodeOf } from "./bind-error.js";
import { datagramReceiver } from "./datagram-receiver.js";
import { canReceive, type GroupSocketPlan, planGroupSockets } from "./multicast-plan.js";
import { newCounters } from "./mutable-counters.js";
import { networkInterfaces, type Socket } from "./node.js";
import { closeSocket, openSocket } from "./open-socket.js";
import type { SendingSocket, UdpTransport } from "./transport-interfaces.js";
import type { MulticastOptions, UdpCounters, UdpOptions } from "./udp-options.js";

/**
 * Sources that no datagram can have: class E of IPv4 (RFC 1112 §4), and the discard prefix of IPv6 (RFC 6666). A socket
 * that takes a group from such a source alone gets nothing of that group.
 */
const NO_SOURCE = { udp4: "240.0.0.1", udp6: "100::1" } as const;

/**
 * Receives what is sent to groups. Node does not tell a datagram's destination, so each group has sockets of its own,
 * bound to the group's address: what they receive was sent to it, and to no other address.
 */
export class MulticastSockets implements UdpTransport {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = true;
  readonly isMulticast = true;
  readonly #unicast: SendingSocket;
  readonly #options: MulticastOptions;
  readonly #onWarning: UdpOptions["onWarning"];
  readonly #counters = newCounters();
  readonly #sockets: Socket[] = [];
  #opening: Promise<BoundAddress> | undefined;
  #closing: Promise<void> | undefined;

  constructor(unicast: SendingSocket, options: MulticastOptions, onWarning: UdpOptions["onWarning"]) {
    this.#unicast = unicast;
    this.#options = options;
    this.#onWarning = onWarning;
  }

  get counters(): UdpCounters {
    return { ...this.#counters };
  }

  get pendingSends(): number {
    return this.#unicast.pendingSends;
  }

  open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    if (this.#opening !== undefined || this.#closing !== undefined) {
      return Promise.reject(new ClosedError("A UDP transport opens once; make another one."));
    }
    this.#opening = this.#join(peers, onBatch);
    return this.#opening;
  }

  resolve(host: string, port: number): Promise<PeerId> {
    return this.#unicast.resolve(host, port);
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    this.#unicast.send(peer, buffer, start, end);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#opening?.catch(() => undefined); // whoever opened it has been told
    await Promise.all(this.#sockets.splice(0).map(closeSocket));
  }

  async #join(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    const { bound } = this.#unicast.opened;
    const plans = planGroupSockets(this.#options, bound.address, networkInterfaces());
    if (plans.length === 0) throw new BindError(bound.address, bound.port, "no interface to join its groups on");
    for (const plan of plans) await this.#joinGroup(plan, peers, onBatch);
    return { ...bound, address: plans.map(({ address }) => address).join(" ") };
  }

  async #joinGroup(plan: GroupSocketPlan, peers: PeerDirectory, onBatch: OnBatch): Promise<void> {
    const { bound } = this.#unicast.opened;
    const { type, address, group } = plan;
    if (!canReceive(bound.address, group)) {
      throw new BindError(group, bound.port, `replies cannot leave from ${bound.address}, which is of another family`);
    }
    const socket = await openSocket({ type, address, port: bound.port, reuseAddr: true });
    this.#sockets.push(socket);
    socket.on("error", () => this.#counters.socketErrors++);
    const failures = plan.interfaces.map((name) => this.#addMembership(socket, plan, name)).filter(isDefined);
    if (failures.length === plan.interfaces.length) throw BindError.from(address, bound.port, failures[0]);
    socket.on("message", datagramReceiver(type, peers, onBatch, this.#counters));
  }

  /** One of many interfaces may lack multicast. @returns what kept it from joining */
  #addMembership(socket: Socket, { type, group }: GroupSocketPlan, name: string): unknown {
    try {
      socket.addMembership(group, name);
    } catch (cause) {
      const fields = { group, interface: name, cause: systemCodeOf(cause) };
      this.#onWarning?.({ message: "A multicast group could not be joined on an interface.", fields });
      return cause;
    }
    this.#silence(NO_SOURCE[type], group, name);
    return undefined;
  }

  /** Linux gives a wildcard socket what any socket of the host has joined, unless it asks for something else itself. */
  #silence(source: string, group: string, name: string): void {
    const { socket, bound } = this.#unicast.opened;
    if (process.platform !== "linux" || !isWildcard(bound.address)) return;
    try {
      socket.addSourceSpecificMembership(source, group, name);
    } catch (cause) {
      const fields = { group, interface: name, cause: systemCodeOf(cause) };
      this.#onWarning?.({ message: "Multicast requests also arrive as unicast ones, and are answered twice.", fields });
    }
  }
}

function isDefined(value: unknown): boolean {
  return value !== undefined;
}
