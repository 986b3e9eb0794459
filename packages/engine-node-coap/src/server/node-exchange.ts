import type { Exchange, Request, Response } from "@coapkit/core";
import { InterestLostReason, isSuccessCode } from "@coapkit/protocol";
import type { Relation } from "./relation.js";

/** What an exchange asks of the socket that it came from. */
export interface ExchangePort {
  answer(response: Response): void;
  /** No response to a request that nothing has answered. */
  ignore(): void;
  /** Registers the observer with its first notification; `undefined` where there is none to register. */
  observe(response: Response, onLost: (reason: InterestLostReason) => void): Relation | undefined;
  /** No response will come, or none after a first one; to be called once. */
  settled(): void;
}

/** The kernel's view of one request to npm coap's server. */
export class NodeExchange implements Exchange {
  readonly #port: ExchangePort;
  readonly #lostCallbacks: ((reason: InterestLostReason) => void)[] = [];
  #relation: Relation | undefined;
  #isEnded = false;
  #lostReason: InterestLostReason | undefined;
  #isSettled = false;

  constructor(
    readonly request: Request,
    port: ExchangePort,
  ) {
    this.#port = port;
  }

  respond(response: Response): void {
    if (this.#isEnded || this.#relation !== undefined) return;
    this.#isEnded = true;
    this.#port.answer(response);
    this.#settle();
  }

  ignore(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#relation === undefined) this.#port.ignore();
    else this.#relation.end(InterestLostReason.Ended);
    this.#settle();
  }

  notify(response: Response): boolean {
    if (this.#isEnded) return false;
    const isSuccess = isSuccessCode(response.code);
    if (this.#relation !== undefined) return this.#relation.notify(response, !isSuccess) && isSuccess;
    this.#relation = this.#port.observe(response, (reason) => this.#lose(reason));
    if (this.#relation === undefined) return false;
    this.#settle();
    return true;
  }

  onInterestLost(callback: (reason: InterestLostReason) => void): void {
    if (this.#lostReason !== undefined) callback(this.#lostReason);
    else this.#lostCallbacks.push(callback);
  }

  /** Ends it from below: the engine closes. */
  cut(): void {
    this.#relation?.end(InterestLostReason.Closed);
    this.#lose(InterestLostReason.Closed);
    this.#settle();
  }

  #lose(reason: InterestLostReason): void {
    if (this.#isEnded) return; // it was the kernel that ended it
    this.#isEnded = true;
    this.#lostReason = reason;
    for (const callback of this.#lostCallbacks.splice(0)) callback(reason);
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#port.settled();
  }
}
