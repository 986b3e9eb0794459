import { Code } from "../code/code.js";
import type { ImmediateResponse, OutgoingResponse } from "../exchange/outgoing-response.js";
import type { ServerExchange } from "../exchange/server-exchange.js";
import type { ServerBlocks } from "./server-blocks.js";

/** What a handler that failed is answered with. */
export const FAILED: ImmediateResponse = Object.freeze({
  code: Code.InternalServerError,
  contentFormat: undefined,
  options: [],
  payload: "",
});

/** What a cutter works with. */
export interface ResponseCutterParts {
  readonly blocks: ServerBlocks;
  onWarning(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Gives the block of a response that its request asks for to who sends it, when the source of the response has read it. */
export class ResponseCutter {
  readonly #parts: ResponseCutterParts;
  readonly #send: (exchange: ServerExchange, block: ImmediateResponse) => void;

  constructor(parts: ResponseCutterParts, send: (exchange: ServerExchange, block: ImmediateResponse) => void) {
    this.#parts = parts;
    this.#send = send;
  }

  /** A source that fails is answered 5.00. Throws as `send` does, unless the source has to be waited for. */
  cut(exchange: ServerExchange, response: OutgoingResponse): void {
    const block = this.#blockOf(exchange, response);
    if (!(block instanceof Promise)) return this.#send(exchange, block);
    exchange.isAnswering = true;
    block
      .then((read) => this.#send(exchange, read))
      .catch((error: unknown) => this.#send(exchange, this.#failed(exchange, error)));
  }

  #blockOf(exchange: ServerExchange, response: OutgoingResponse): ImmediateResponse | Promise<ImmediateResponse> {
    try {
      return this.#parts.blocks.cut(exchange.request, response);
    } catch (error) {
      return this.#failed(exchange, error);
    }
  }

  #failed({ request }: ServerExchange, error: unknown): ImmediateResponse {
    this.#parts.onWarning({ err: error, peer: request.peer.key }, "source of a response failed");
    return FAILED;
  }
}
