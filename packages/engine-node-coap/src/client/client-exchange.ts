import { randomBytes } from "node:crypto";
import type { ClientRequest, ClientResponse, Clock, Timer } from "@coapkit/core";
import {
  Code,
  formatCode,
  isSuccessCode,
  OptionNumber,
  ProtocolError,
  ResetError,
  TimeoutError,
  uriToOptions,
} from "@coapkit/protocol";
import { type Agent, type IncomingMessage, ObserveReadStream, type OutgoingMessage } from "coap";
import { bytesOf, groupByNumber, interceptNotifications, restartBody, stopUpload } from "../coap/coap-internals.js";
import type { Counters } from "../counters.js";
import { blockBytes, MAX_SZX, readBlock } from "../message/block-option.js";
import type { Message } from "../message/message.js";
import type { NodeCoapSettings } from "../options.js";
import { Freshness } from "./freshness.js";
import { ResponseQueue } from "./response-queue.js";

const TOKEN_BYTES = 8;

/** What a ClientExchange needs of its engine. */
export interface ClientContext {
  readonly clock: Clock;
  readonly settings: NodeCoapSettings;
  readonly counters: Counters;
}

/** One request through npm coap's Agent, with its response or its observation. */
export class ClientExchange {
  readonly token = randomBytes(TOKEN_BYTES);
  readonly #context: ClientContext;
  readonly #agent: Agent;
  readonly #queue: ResponseQueue;
  readonly #freshness = new Freshness();
  readonly #isObserving: boolean;
  #outgoing: OutgoingMessage | undefined;
  #stream: IncomingMessage | undefined;
  #timer: Timer | undefined;
  /** The message being received: npm coap converts options, we hand on the raw ones. */
  #current: Message | undefined;
  /** Sequence number of the representation being received, which its later blocks do not carry. */
  #sequence: number | undefined;
  #receivedBytes = 0;

  constructor(agent: Agent, context: ClientContext, isObserving: boolean) {
    this.#agent = agent;
    this.#context = context;
    this.#isObserving = isObserving;
    this.#queue = new ResponseQueue(context.counters);
  }

  /** Sends the request to the address that its host stands for. */
  send(request: ClientRequest, address: string): void {
    const payload = bytesOf(request.payload ?? "");
    const outgoing = this.#agent.request({
      hostname: address,
      port: request.uri.port,
      method: formatCode(request.method) as never,
      confirmable: request.confirmable ?? true,
      token: this.token,
      retrySend: this.#context.settings.maxRetransmit,
      options: optionsOf(request),
      ...(this.#isObserving ? { observe: true } : {}),
    });
    this.#outgoing = outgoing;
    outgoing.on("error", (cause) => this.fail(new ProtocolError(`npm coap: ${describe(cause)}`, { cause })));
    outgoing.on("timeout", (cause) => this.#timeOut(cause));
    outgoing.on("response", (response: IncomingMessage) => this.#respond(response));
    if (payload.length > blockBytes(MAX_SZX)) announceBody(outgoing, payload);
    this.#touch();
    outgoing.end(payload.length === 0 ? undefined : payload);
  }

  responses(): AsyncGenerator<ClientResponse, void, undefined> {
    return this.#queue.read();
  }

  /** Looks at a message of this exchange before npm coap does; false for a block that it would append wrongly. */
  receive(message: Message): boolean {
    this.#current = message;
    if (!isSuccessCode(message.code) && this.#outgoing !== undefined) stopUpload(this.#outgoing);
    const observe = message.options.uint(OptionNumber.Observe);
    const block = readBlock(message.options, OptionNumber.Block2);
    if (block === undefined || block.num === 0) {
      this.#sequence = observe;
      this.#receivedBytes = 0;
      if (this.#outgoing !== undefined) restartBody(this.#outgoing);
    } else if (block.num * blockBytes(block.szx) !== this.#receivedBytes) return false;
    this.#receivedBytes += message.payload.length;
    this.#touch();
    return this.#isWithinLimit();
  }

  /** Ends the exchange with an error, and what npm coap holds for it; deregisters where asked. */
  fail(error: Error, mayDeregister = false): void {
    this.#queue.end(error);
    this.leave(mayDeregister);
  }

  /** The caller has what it wanted: frees everything and, where asked, ends the observation at the server. */
  leave(mayDeregister: boolean): void {
    this.#timer?.cancel();
    this.#queue.end();
    const stream = this.#stream;
    const outgoing = this.#outgoing;
    this.#stream = undefined;
    this.#outgoing = undefined;
    if (outgoing === undefined) return;
    this.#agent.abort(outgoing);
    outgoing.removeAllListeners("response");
    if (stream instanceof ObserveReadStream && mayDeregister) stream.close(true);
  }

  #respond(response: IncomingMessage): void {
    if (response.code === "0.00") {
      this.fail(new ResetError("The peer reset the request."));
      return;
    }
    const isObserved =
      this.#isObserving && this.#sequence !== undefined && isSuccessCode(this.#current?.code ?? Code.Empty);
    if (isObserved) {
      this.#stream = response;
      interceptNotifications(response, (payload) => this.#notify(payload));
      this.#timer?.cancel(); // the next notification comes when it comes
    }
    this.#deliver(response.payload);
    if (!isObserved) this.#queue.end();
  }

  #notify(payload: Buffer): void {
    this.#timer?.cancel();
    this.#deliver(payload);
    const isLast = this.#sequence === undefined || !isSuccessCode(this.#current?.code ?? Code.Empty);
    if (isLast) this.#queue.end(); // RFC 7641 §3.2: without Observe, or an error, the observation is over
  }

  #deliver(payload: Uint8Array): void {
    const message = this.#current;
    if (message === undefined) return;
    if (this.#sequence !== undefined && !this.#freshness.accept(this.#sequence, this.#context.clock.nowMs())) return;
    this.#queue.push({ code: message.code, options: message.options.copy(), payload: Uint8Array.from(payload) });
  }

  #touch(): void {
    this.#timer?.cancel();
    const { clock, settings } = this.#context;
    this.#timer = clock.setTimer(settings.responseTimeoutMs, () => this.#timeOut(undefined));
  }

  #timeOut(cause: unknown): void {
    if (this.#queue.isEnded) return;
    this.#context.counters.add("clientTimeouts");
    const { responseTimeoutMs } = this.#context.settings;
    const text = `No response within responseTimeoutMs ${responseTimeoutMs}; check the address or raise it.`;
    this.fail(new TimeoutError(text, { cause }));
  }

  #isWithinLimit(): boolean {
    const { responseLimitBytes } = this.#context.settings;
    if (this.#receivedBytes <= responseLimitBytes) return true;
    this.fail(
      new ProtocolError(`The response exceeds responseLimitBytes ${responseLimitBytes}; raise it or ask for less.`),
    );
    return false;
  }
}

function optionsOf({ uri, options = [] }: ClientRequest): Record<string, Buffer[]> {
  return Object.fromEntries(groupByNumber([...uriToOptions(uri), ...options]));
}

/** Sent in blocks, each with Size1: without it libcoap 4.3.1 takes the first block for the whole body. RFC 7959 §4. */
function announceBody(outgoing: OutgoingMessage, payload: Uint8Array): void {
  outgoing.setOption("Block1", Buffer.of(MAX_SZX));
  outgoing.setOption(String(OptionNumber.Size1), [bytesOf(payload.length)]);
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
