import { OptionsView } from "@coapkit/protocol";
import {
  Code,
  type EngineHost,
  type Exchange,
  InjectEngine,
  OptionNumber,
  type Request,
  type Response,
} from "../../src/index.js";
import type { SourceResponse } from "../../src/ports/engine.js";

const PEER = { key: "peer", scheme: "coap", address: "127.0.0.1", port: 1 } as const;

/** An engine whose tests play the network: what it is told to hand up is handed up as it is. */
export class DirectEngine extends InjectEngine {
  host: EngineHost | undefined;
  #handUp: ((exchange: Exchange) => void) | undefined;

  readonly factory = (host: EngineHost): this => {
    this.host = host;
    return this;
  };

  override listen(...args: Parameters<InjectEngine["listen"]>): ReturnType<InjectEngine["listen"]> {
    this.#handUp = args[1];
    return super.listen(...args);
  }

  /** Hands up a request for `/x`. */
  handUp(exchange: Partial<Omit<Exchange, "request">>, request: Partial<Request> = {}): void {
    const whole = { respond() {}, ignore() {}, notify: () => false, onInterestLost() {}, ...exchange };
    this.#handUp?.({ ...whole, request: requestOf(request) });
  }
}

function requestOf(parts: Partial<Request>): Request {
  return {
    method: Code.GET,
    confirmable: true,
    messageId: 1,
    token: new Uint8Array(0),
    options: OptionsView.of([{ number: OptionNumber.UriPath, value: "x" }]),
    payload: new Uint8Array(0),
    peer: PEER,
    ...parts,
  };
}

/** What an exchange was answered with. */
export type Answer = Response | SourceResponse;
