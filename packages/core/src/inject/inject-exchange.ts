import { InterestLostReason, isSuccessCode, OptionNumber } from "@coapkit/protocol";
import type { Exchange, Request, Response } from "../ports/engine.js";

/** What an injected exchange tells its other end. */
export interface ExchangeEvents {
  onResponse(response: Response): void;
  /** No further response will come; `answered` is false where there was none at all. */
  onEnd(answered: boolean): void;
}

/** An exchange whose other end is in the same process. */
export class InjectExchange implements Exchange {
  readonly request: Request;
  readonly #events: ExchangeEvents;
  readonly #isObserving: boolean;
  readonly #interestLost: ((reason: InterestLostReason) => void)[] = [];
  #endReason: InterestLostReason = InterestLostReason.Ended;
  #isOpen = true;
  #isAnswered = false;
  #isRegistered = false;
  #sequence = 0;

  constructor(request: Request, isObserving: boolean, events: ExchangeEvents) {
    this.request = request;
    this.#isObserving = isObserving;
    this.#events = events;
  }

  respond(response: Response): void {
    if (!this.#isOpen || this.#isRegistered) return;
    this.#isAnswered = true;
    this.#events.onResponse(response);
    this.#close();
  }

  ignore(): void {
    if (this.#isOpen) this.#close();
  }

  notify(response: Response): boolean {
    if (!this.#isOpen || !this.#isObserving) return false;
    const isSuccess = isSuccessCode(response.code);
    if (!this.#isRegistered && !isSuccess) return false;
    this.#isRegistered = true;
    this.#isAnswered = true;
    this.#events.onResponse(isSuccess ? this.#withSequence(response) : response);
    if (!isSuccess) this.#endInterest(InterestLostReason.Ended); // RFC 7641 §4.2: a notification that is no success is the last one
    return isSuccess;
  }

  onInterestLost(callback: (reason: InterestLostReason) => void): void {
    if (this.#isOpen) this.#interestLost.push(callback);
    else callback(this.#endReason);
  }

  /** The client goes away, or the engine does. */
  cancel(reason: InterestLostReason = InterestLostReason.Deregistered): void {
    this.#endInterest(reason);
  }

  #endInterest(reason: InterestLostReason): void {
    if (!this.#isOpen) return;
    this.#endReason = reason;
    this.#close();
    for (const callback of this.#interestLost) callback(reason);
  }

  /** RFC 7641 §4.4. */
  #withSequence(response: Response): Response {
    this.#sequence++;
    return { ...response, options: [{ number: OptionNumber.Observe, value: this.#sequence }, ...response.options] };
  }

  #close(): void {
    this.#isOpen = false;
    this.#events.onEnd(this.#isAnswered);
  }
}
