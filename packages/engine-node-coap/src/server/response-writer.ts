import type { Response } from "@coapkit/core";
import { Code, type OptionEntry, OptionNumber } from "@coapkit/protocol";
import type { OutgoingMessage } from "coap";
import type { CoapGate } from "../coap/coap-gate.js";
import { acknowledgeOnly, fitsMessage, sendAnswer, sendNotification, type WireAnswer } from "../coap/coap-internals.js";
import { type Message, MessageType } from "../message/message.js";
import { messageIdOf, typeOf } from "../message/write-message.js";
import { isUnwanted } from "./no-response.js";
import type { Origin } from "./origin.js";
import { plainResponse } from "./plain-response.js";
import type { ServerContext } from "./server-state.js";
import { wire } from "./wire.js";

/** Writes the responses to one request through npm coap. */
export class ResponseWriter {
  readonly #context: ServerContext;
  readonly #gate: CoapGate;
  #hasAnswered = false;
  /** Called when a confirmable response was never acknowledged. */
  onUnacknowledged: (() => void) | undefined;

  constructor(
    context: ServerContext,
    gate: CoapGate,
    /** The request. */
    readonly message: Message,
    readonly origin: Origin,
    /** npm coap's side of the exchange. */
    readonly outgoing: OutgoingMessage,
  ) {
    this.#context = context;
    this.#gate = gate;
    outgoing.on("error", (err) => this.#giveUp(err));
  }

  /** Answers with a whole body and `echo`, the options that the transfer of the request asks for. */
  answer(response: Response, echo: readonly OptionEntry[]): void {
    if (isUnwanted(response.code, this.message.options)) {
      this.ignore();
      return;
    }
    const prepared = this.#context.state.block2.prepare(response, this.message, this.origin);
    this.write(echo.length === 0 ? prepared : { ...prepared, options: [...prepared.options, ...echo] });
  }

  /** Sends a notification; without a sequence number it is the last one. RFC 7641 §4.2. */
  notify(response: Response, observe: number | undefined): { messageId: number; isConfirmable: boolean } {
    const prepared = this.#context.state.block2.prepare(response, this.message, this.origin);
    const options =
      observe === undefined
        ? prepared.options
        : [...prepared.options, { number: OptionNumber.Observe, value: observe }];
    this.#context.counters.add("notifications");
    this.write({ ...prepared, options });
    const sent = this.#gate.lastSent;
    if (sent === undefined) return { messageId: -1, isConfirmable: false };
    return { messageId: messageIdOf(sent), isConfirmable: typeOf(sent) === MessageType.CON };
  }

  /** No response: silence for NON, an empty acknowledgement for CON. */
  ignore(): void {
    acknowledgeOnly(this.outgoing);
  }

  /** Sends one message: the first as the response, later ones as confirmable notifications. */
  write(answer: WireAnswer): void {
    const sendable = fitsMessage(answer) ? answer : this.#refuse(answer);
    this.#context.counters.add("responses");
    if (this.#hasAnswered) sendNotification(this.outgoing, this.message.token, sendable);
    else sendAnswer(this.outgoing, sendable);
    this.#hasAnswered = true;
  }

  #refuse({ code, options, payload }: WireAnswer): WireAnswer {
    const fields = { code, options: options.length, payloadBytes: payload.length };
    this.#context.host.log.error(fields, "response exceeds npm coap's parameters.maxMessageSize; shorten its options");
    return wire(plainResponse(Code.InternalServerError));
  }

  #giveUp(err: unknown): void {
    this.#context.counters.add("responsesUnacknowledged");
    this.#context.host.log.info({ err, peer: this.origin.peer.key }, "response never acknowledged");
    this.onUnacknowledged?.();
  }
}
