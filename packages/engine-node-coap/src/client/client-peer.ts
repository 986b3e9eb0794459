import type { RemoteInfo } from "node:dgram";
import { Code, isResponseCode, ProtocolError } from "@coapkit/protocol";
import { Agent } from "coap";
import { CoapGate, type GateTarget } from "../coap/coap-gate.js";
import { agentOptionsFor } from "../coap/coap-internals.js";
import { type Message, MessageType } from "../message/message.js";
import { emptyMessage, messageIdOf, typeOf } from "../message/write-message.js";
import type { ReceiveGuard } from "../socket/receive-guard.js";
import { type ClientContext, ClientExchange } from "./client-exchange.js";

/** Message IDs remembered in each direction, to recognize what a server sends again; the oldest is forgotten. */
const MAX_REMEMBERED = 4096;

/** npm coap's Agent for one server address: it looks at message IDs alone, and would take them from anywhere. */
export class ClientPeer {
  readonly #context: ClientContext;
  readonly #guard: ReceiveGuard;
  readonly #target: GateTarget;
  readonly #gate: CoapGate;
  readonly #agent: Agent;
  readonly #exchanges = new Map<string, ClientExchange>();
  /** Message IDs of confirmable messages that we have sent and that nothing has answered. */
  readonly #unanswered = new Set<number>();
  readonly #received = new Set<number>();

  constructor(target: GateTarget, guard: ReceiveGuard, context: ClientContext) {
    this.#context = context;
    this.#guard = guard;
    this.#target = target;
    this.#gate = new CoapGate({
      type: target.type,
      address: () => target.address(),
      send: (datagram, port, address) => {
        if (typeOf(datagram) === MessageType.CON) remember(this.#unanswered, messageIdOf(datagram));
        target.send(datagram, port, address);
      },
    });
    this.#agent = new Agent(agentOptionsFor(this.#gate));
    this.#agent.on("error", () => {});
  }

  get size(): number {
    return this.#exchanges.size;
  }

  open(isObserving: boolean): ClientExchange {
    const exchange = new ClientExchange(this.#agent, this.#context, isObserving);
    this.#exchanges.set(exchange.token.toString("hex"), exchange);
    return exchange;
  }

  close(exchange: ClientExchange, mayDeregister: boolean): void {
    exchange.leave(mayDeregister);
    this.#exchanges.delete(exchange.token.toString("hex"));
  }

  /** Ends every exchange with an error of its own, and npm coap's retransmissions. */
  failAll(makeError: () => Error): void {
    for (const exchange of this.#exchanges.values()) exchange.fail(makeError());
    this.#agent.close();
  }

  receive(message: Message, datagram: Buffer, from: RemoteInfo): void {
    const { type, code, messageId } = message;
    const isEmpty = code === Code.Empty;
    const isReply = type === MessageType.ACK || type === MessageType.RST;
    if (isEmpty ? !isReply : !isResponseCode(code)) {
      this.#guard.reject(message, from, "droppedUnexpected");
      return;
    }
    if (isReply && !this.#unanswered.delete(messageId) && !isEmpty) {
      this.#duplicate();
      return;
    }
    if (!isReply && this.#received.has(messageId)) {
      this.#repeatAck(message, from);
      return;
    }
    const exchange = this.#exchanges.get(Buffer.from(message.token).toString("hex"));
    if (!isEmpty && exchange !== undefined && !exchange.receive(message)) {
      this.#repeatAck(message, from);
      return;
    }
    const error = this.#gate.deliver(datagram, from);
    if (!isReply && exchange !== undefined) remember(this.#received, messageId);
    if (error !== undefined)
      exchange?.fail(new ProtocolError("npm coap could not process a response.", { cause: error }));
  }

  #repeatAck({ type, messageId }: Message, from: RemoteInfo): void {
    this.#duplicate();
    if (type === MessageType.CON) {
      this.#target.send(emptyMessage(MessageType.ACK, messageId), from.port, from.address);
    }
  }

  #duplicate(): void {
    this.#context.counters.add("duplicates");
  }
}

function remember(messageIds: Set<number>, messageId: number): void {
  messageIds.delete(messageId);
  messageIds.add(messageId);
  if (messageIds.size <= MAX_REMEMBERED) return;
  for (const oldest of messageIds) {
    messageIds.delete(oldest);
    return;
  }
}
