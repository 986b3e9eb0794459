import type { RemoteInfo } from "node:dgram";
import type { Logger } from "@coapkit/core";
import { ClosedError } from "@coapkit/protocol";
import { AddressError } from "../errors.js";
import { peerKeyOf } from "../server/origin.js";
import { ReceiveGuard } from "../socket/receive-guard.js";
import { UdpSocket } from "../socket/udp-socket.js";
import type { ClientContext } from "./client-exchange.js";
import { ClientPeer } from "./client-peer.js";

/** Servers without a request under way that are remembered; the one asked first goes. */
const MAX_IDLE_PEERS = 256;

/** The socket of all requests over one address family; datagrams from a peer that was not asked are dropped. */
export class ClientSocket {
  readonly #socket: UdpSocket;
  readonly #guard: ReceiveGuard;
  readonly #context: ClientContext;
  readonly #log: Logger;
  readonly #peers = new Map<string, ClientPeer>();
  readonly #ready: Promise<void>;

  constructor(type: "udp4" | "udp6", context: ClientContext, log: Logger) {
    this.#context = context;
    this.#log = log;
    this.#socket = new UdpSocket(type, context.counters, {
      onDatagram: (datagram, from) => this.#receive(datagram, from),
      onError: (err) => log.error({ err }, "client socket failed"),
      onSendError: (error, port, address) =>
        this.#peers.get(peerKeyOf(address, port))?.failAll(() => unreachable(address, port, error)),
    });
    this.#guard = new ReceiveGuard(context.counters, { clock: context.clock, log }, (datagram, port, address) =>
      this.#socket.send(datagram, port, address),
    );
    this.#ready = this.#socket.bind(0).catch((cause: Error) => {
      throw new AddressError(`Cannot open a ${type} socket for requests: ${cause.message}.`, { cause });
    });
  }

  /** The peer to send through, which stays until it is released. */
  async peer(address: string, port: number): Promise<ClientPeer> {
    await this.#ready;
    const key = peerKeyOf(address, port);
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const peer = new ClientPeer(
      {
        type: this.#socket.type,
        address: () => this.#socket.address(),
        send: (datagram, toPort, toAddress) => this.#socket.send(datagram, toPort, toAddress),
      },
      this.#guard,
      this.#context,
    );
    this.#peers.set(key, peer);
    this.#trim(peer);
    return peer;
  }

  failAll(makeError: () => Error): void {
    for (const peer of this.#peers.values()) peer.failAll(makeError);
  }

  async close(): Promise<void> {
    await this.#ready.catch(() => {});
    await this.#socket.flushed();
    await this.#socket.close();
  }

  #trim(newest: ClientPeer): void {
    if (this.#peers.size <= MAX_IDLE_PEERS) return;
    for (const [key, peer] of this.#peers) {
      if (peer.size > 0 || peer === newest) continue;
      peer.failAll(() => new ClosedError("The peer was forgotten."));
      this.#peers.delete(key);
      return;
    }
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    try {
      this.#dispatch(datagram, from);
    } catch (err) {
      this.#context.counters.add("droppedEngine");
      this.#log.error({ err, address: from.address, port: from.port }, "receiving a datagram failed");
    }
  }

  #dispatch(datagram: Buffer, from: RemoteInfo): void {
    const message = this.#guard.admit(datagram, from);
    if (message === undefined) return;
    const peer = this.#peers.get(peerKeyOf(from.address, from.port));
    if (peer === undefined) this.#guard.reject(message, from, "droppedUnknownPeer");
    else peer.receive(message, datagram, from);
  }
}

function unreachable(address: string, port: number, cause: Error): AddressError {
  return new AddressError(`Cannot send to ${peerKeyOf(address, port)}: ${cause.message}.`, { cause });
}
