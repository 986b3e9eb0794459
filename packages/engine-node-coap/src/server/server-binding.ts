import type { RemoteInfo } from "node:dgram";
import type { BoundAddress, Exchange } from "@coapkit/core";
import { Code, InterestLostReason, isRequestCode } from "@coapkit/protocol";
import { type IncomingMessage, type OutgoingMessage, Server } from "coap";
import { CoapGate } from "../coap/coap-gate.js";
import { forgetReply } from "../coap/coap-internals.js";
import { type Message, MessageType } from "../message/message.js";
import { messageIdOf, skeletonOf, tokenOf, typeOf } from "../message/write-message.js";
import { ReceiveGuard } from "../socket/receive-guard.js";
import { UdpSocket } from "../socket/udp-socket.js";
import { ObserveAction, observeActionOf } from "./observe-request.js";
import { type Origin, originOf, peerKeyOf, relationKey } from "./origin.js";
import { RequestDesk } from "./request-desk.js";
import type { ServerContext } from "./server-state.js";

/** One listening socket with npm coap's server behind it. */
export class ServerBinding {
  readonly #context: ServerContext;
  readonly #number: number;
  readonly #socket: UdpSocket;
  readonly #guard: ReceiveGuard;
  readonly #gate: CoapGate;
  readonly #server: Server;
  readonly #desk: RequestDesk;
  #taken: OutgoingMessage | undefined;
  #isClosing = false;

  constructor(number: number, type: "udp4" | "udp6", context: ServerContext, onRequest: (exchange: Exchange) => void) {
    const { counters, host } = context;
    this.#number = number;
    this.#context = context;
    this.#socket = new UdpSocket(type, counters, {
      onDatagram: (datagram, from) => this.#receive(datagram, from),
      onError: (err) => host.log.error({ err }, "listening socket failed"),
    });
    this.#guard = new ReceiveGuard(counters, host, (datagram, port, address) =>
      this.#socket.send(datagram, port, address),
    );
    this.#gate = new CoapGate({
      type,
      address: () => this.#socket.address(),
      send: (datagram, port, address) => this.#send(datagram, port, address),
    });
    this.#desk = new RequestDesk(context, this.#gate, onRequest);
    this.#server = this.#createServer(type);
  }

  get openExchanges(): number {
    return this.#desk.openExchanges;
  }

  /** Rejects with the error of the socket. */
  async listen(port: number, address: string): Promise<BoundAddress> {
    await this.#socket.bind(port, address);
    const bound = this.#socket.address();
    return { scheme: "coap", address: bound.address, port: bound.port };
  }

  /** Takes no further requests; resolves when none is open. */
  drain(): Promise<void> {
    this.#isClosing = true;
    return this.#desk.drained();
  }

  /** Ends what is still open, npm coap's timers and the socket. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#desk.cutAll();
    this.#server.close();
    await this.#socket.flushed();
    await this.#socket.close();
  }

  #createServer(type: "udp4" | "udp6"): Server {
    const { host, settings } = this.#context;
    const server = new Server({
      type,
      piggybackReplyMs: settings.piggybackMs,
      cacheSize: settings.coapCacheBytes,
      clientIdentifier: ({ rsinfo }) => peerKeyOf(rsinfo.address, rsinfo.port),
      sendAcksForNonConfirmablePackets: true, // without it npm coap leaves out every response that is not confirmable
    });
    server.on("error", (err) => host.log.error({ err }, "npm coap server failed"));
    server.on("request", (_request: IncomingMessage, response: OutgoingMessage) => {
      this.#taken = response;
    });
    return server.listen(this.#gate);
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    try {
      const message = this.#guard.admit(datagram, from);
      if (message !== undefined) this.#dispatch(message, datagram, originOf(this.#number, from));
    } catch (err) {
      this.#context.counters.add("droppedEngine");
      this.#context.host.log.error({ err, address: from.address, port: from.port }, "receiving a datagram failed");
    }
  }

  #dispatch(message: Message, datagram: Buffer, origin: Origin): void {
    const { type, code } = message;
    const isReply = type === MessageType.ACK || type === MessageType.RST;
    if (isReply && code === Code.Empty) {
      this.#settle(message, datagram, origin);
      return;
    }
    if (!isReply && isRequestCode(code)) {
      this.#admit(message, datagram, origin);
      return;
    }
    if (type !== MessageType.CON || code !== Code.Empty) {
      this.#guard.reject(message, origin.from, "droppedUnexpected");
      return;
    }
    this.#context.counters.add("pings"); // RFC 7252 §4.3
    this.#guard.reset(message.messageId, origin.from);
  }

  /** An acknowledgement or a Reset: npm coap stops retransmitting, and the observer's relation goes on or ends. */
  #settle(message: Message, datagram: Buffer, origin: Origin): void {
    const { relations } = this.#context.state;
    const error = this.#gate.deliver(datagram, origin.from);
    if (error !== undefined) throw error;
    if (message.type === MessageType.RST) relations.reset(origin.key, message.messageId);
    else relations.acknowledge(origin.key, message.messageId);
  }

  #admit(message: Message, datagram: Buffer, origin: Origin): void {
    const { counters, state } = this.#context;
    const { isNew, reply } = state.replay.admit(`${origin.key}/${message.messageId}`, datagram);
    if (!isNew) {
      counters.add("duplicates");
      if (reply !== undefined) this.#socket.send(reply, origin.from.port, origin.from.address);
      return;
    }
    if (this.#isClosing) {
      this.#guard.drop("droppedClosing", origin.from);
      return;
    }
    counters.add("requests");
    if (observeActionOf(message) === ObserveAction.Deregister)
      state.relations.end(relationKey(origin, message.token), InterestLostReason.Deregistered);
    this.#desk.take(message, origin, this.#begin(message, origin));
  }

  /** Lets npm coap start its exchange; its 'request' event comes before `deliver` returns. */
  #begin(message: Message, origin: Origin): OutgoingMessage {
    this.#taken = undefined;
    const error = this.#gate.deliver(skeletonOf(message), origin.from);
    if (error !== undefined) throw error;
    if (this.#taken === undefined) throw new Error("npm coap did not take a request that it should have taken.");
    return this.#taken;
  }

  /** What npm coap sends. A reply that nothing acknowledges is ours to remember, no longer npm coap's. */
  #send(datagram: Buffer, port: number, address: string): void {
    this.#socket.send(datagram, port, address);
    const type = typeOf(datagram);
    if (type !== MessageType.ACK && type !== MessageType.NON) return;
    const messageId = messageIdOf(datagram);
    const peerKey = peerKeyOf(address, port);
    this.#context.state.replay.remember(`${this.#number}/${peerKey}/${messageId}`, datagram);
    // Once npm coap has set its timer, which it does after sending.
    queueMicrotask(() => forgetReply(this.#server, peerKey, { messageId, token: tokenOf(datagram) }));
  }
}
