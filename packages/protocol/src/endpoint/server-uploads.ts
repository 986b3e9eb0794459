import { type BlockValue, decodeBlock, encodeBlock } from "../block/block-option.js";
import type { Block1Stream, Block1StreamAnswer } from "../block/block1-stream.js";
import { Code } from "../code/code.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import { closeBody, type OutgoingResponse } from "../exchange/outgoing-response.js";
import { type ExchangeHost, ExchangeState, ServerExchange } from "../exchange/server-exchange.js";
import { OptionNumber } from "../option/option-number.js";
import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import { refusal, size1Of } from "./block-answers.js";
import type { ServerBlocks } from "./server-blocks.js";

/** What streamed uploads work with. */
export interface ServerUploadParts {
  readonly blocks: ServerBlocks;
  readonly peers: PeerDirectory;
  /** Hands a request to the application, whose failure is an answer. */
  handUp(exchange: ServerExchange): void;
  /** Answers one block. */
  respond(exchange: ServerExchange, response: OutgoingResponse): void;
}

/** What a handler that wants no answer to be sent gives instead of a response. */
const SILENCE = undefined;
type Answer = OutgoingResponse | typeof SILENCE;

/**
 * Requests whose bodies are streamed. Every block is an exchange of its own, with its own message ID, acknowledgement and
 * answer; the handler has one more, which begins with the first block and whose response goes to the last. RFC 7959 §2.5.
 */
export class ServerUploads implements ExchangeHost {
  readonly #parts: ServerUploadParts;
  /** The handlers' exchanges, each with its body and the exchange of its first block. */
  readonly #open = new Map<ServerExchange, { readonly body: Block1Stream<Answer>; readonly first: ServerExchange }>();

  constructor(parts: ServerUploadParts) {
    this.#parts = parts;
  }

  /** Handlers whose answer is still to come. */
  get open(): number {
    return this.#open.size;
  }

  /** Takes a block. @returns false where its body is not to be streamed */
  receive(exchange: ServerExchange): boolean {
    const { blocks } = this.#parts;
    const { request } = exchange;
    const block = decodeBlock(request.options.uint(OptionNumber.Block1) ?? 0);
    const limitBytes = block === undefined ? -1 : blocks.streamLimitBytes(request);
    if (block === undefined || limitBytes < 0) return false;
    const body = blocks.acceptStreamed(request, block, limitBytes, (answer) => this.#answer(exchange, block, answer));
    if (body !== undefined) this.#begin(exchange, body);
    return true;
  }

  respond(exchange: ServerExchange, response: OutgoingResponse): void {
    this.#finish(exchange, response);
  }

  /** The block that came first waits for an answer when the handler starts; later ones are acknowledged in time anyway. */
  acknowledge(exchange: ServerExchange): void {
    this.#open.get(exchange)?.first.acknowledge();
  }

  ignore(exchange: ServerExchange): void {
    this.#finish(exchange, SILENCE);
  }

  /** There is no observation of what needs a body in blocks: a notification cannot ask for it again. */
  notify(): boolean {
    return false;
  }

  onCallbackError(): void {}

  /** Forgets the handlers' exchanges; their bodies end with those of the endpoint. */
  close(): void {
    for (const exchange of [...this.#open.keys()]) this.#leave(exchange);
  }

  /** The same for one peer. */
  endPeer(peer: PeerId): void {
    for (const exchange of [...this.#open.keys()]) if (exchange.request.peerId === peer) this.#leave(exchange);
  }

  #begin(first: ServerExchange, body: Block1Stream<Answer>): void {
    const { request, fingerprint } = first;
    request.keep(); // the handler sees it for longer than the block takes
    request.stream(body);
    const exchange = new ServerExchange(request, fingerprint, this);
    this.#open.set(exchange, { body, first });
    this.#parts.peers.pin(request.peerId);
    request.holdPeer();
    this.#parts.handUp(exchange);
  }

  #finish(exchange: ServerExchange, answer: Answer): void {
    const upload = this.#open.get(exchange);
    this.#leave(exchange);
    if (upload?.body.finish(answer) !== true && answer !== SILENCE) closeBody(answer.payload);
  }

  #leave(exchange: ServerExchange): void {
    exchange.state = ExchangeState.Done;
    if (this.#open.delete(exchange)) this.#parts.peers.unpin(exchange.request.peerId);
  }

  #answer(exchange: ServerExchange, block: BlockValue, answer: Block1StreamAnswer<Answer>): void {
    if (exchange.state === ExchangeState.Done) return;
    if (answer.kind === "superseded") return exchange.ignore();
    if (answer.kind === "refused")
      return this.#parts.respond(exchange, refusal(answer.code, answer.diagnostic, size1Of(answer.size1)));
    const { number, more, szx } = block;
    if (answer.kind === "continue") {
      const value = encodeBlock(number, more, szx);
      const options = [{ number: OptionNumber.Block1, value }];
      return this.#parts.respond(exchange, { code: Code.Continue, contentFormat: undefined, options, payload: "" });
    }
    if (answer.response === SILENCE) return exchange.ignore();
    markFinal(exchange.request, block);
    exchange.respond(answer.response);
  }
}

/** RFC 7959 §2.3: M in a response would say that the final response is still to come. */
function markFinal(request: IncomingRequest, { number, szx }: BlockValue): void {
  request.block1 = encodeBlock(number, false, szx);
}
