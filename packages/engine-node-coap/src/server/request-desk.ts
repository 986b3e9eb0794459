import type { Exchange, Request } from "@coapkit/core";
import { Code, type OptionEntry } from "@coapkit/protocol";
import type { OutgoingMessage } from "coap";
import type { CoapGate } from "../coap/coap-gate.js";
import { abandonAnswer } from "../coap/coap-internals.js";
import { type Message, MessageType } from "../message/message.js";
import { NodeExchange } from "./node-exchange.js";
import type { Origin } from "./origin.js";
import { plainResponse } from "./plain-response.js";
import { registerObserver } from "./register-observer.js";
import { ResponseWriter } from "./response-writer.js";
import type { ServerContext } from "./server-state.js";
import { wire } from "./wire.js";

/** Undoes block-wise transfer, hands whole requests to the kernel, and keeps those that are open. */
export class RequestDesk {
  readonly #context: ServerContext;
  readonly #gate: CoapGate;
  readonly #onRequest: (exchange: Exchange) => void;
  readonly #open = new Map<NodeExchange, OutgoingMessage>();
  #onDrained: (() => void) | undefined;

  constructor(context: ServerContext, gate: CoapGate, onRequest: (exchange: Exchange) => void) {
    this.#context = context;
    this.#gate = gate;
    this.#onRequest = onRequest;
  }

  get openExchanges(): number {
    return this.#open.size;
  }

  /** Answers what is settled below the kernel, and hands over the rest. */
  take(message: Message, origin: Origin, outgoing: OutgoingMessage): void {
    const writer = new ResponseWriter(this.#context, this.#gate, message, origin, outgoing);
    const stored = this.#context.state.block2.continue(message, origin);
    if (stored !== undefined) {
      writer.write(stored);
      return;
    }
    const body = this.#context.state.block1.step(message, origin);
    if (!body.isWhole) {
      writer.write(wire(body.answer));
      return;
    }
    this.#hand(requestOf(message, body.payload, origin), body.options, writer);
  }

  /** Resolves when no exchange is open. */
  drained(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  /** Ends all exchanges without an answer. */
  cutAll(): void {
    for (const [exchange, outgoing] of [...this.#open]) {
      abandonAnswer(outgoing);
      exchange.cut();
    }
  }

  #hand(request: Request, echo: readonly OptionEntry[], writer: ResponseWriter): void {
    const exchange = new NodeExchange(request, {
      answer: (response) => writer.answer(response, echo),
      ignore: () => writer.ignore(),
      observe: (response, onLost) => registerObserver(this.#context, writer, response, onLost),
      settled: () => this.#settle(exchange),
    });
    this.#open.set(exchange, writer.outgoing);
    try {
      this.#onRequest(exchange);
    } catch (err) {
      this.#context.host.log.error({ err }, "request listener threw");
      exchange.respond(plainResponse(Code.InternalServerError));
    }
  }

  #settle(exchange: NodeExchange): void {
    this.#open.delete(exchange);
    if (this.#open.size === 0) this.#onDrained?.();
  }
}

function requestOf(message: Message, payload: Uint8Array, { peer }: Origin): Request {
  const { type, code, messageId, token, options } = message;
  return { method: code, confirmable: type === MessageType.CON, messageId, token, options, payload, peer };
}
