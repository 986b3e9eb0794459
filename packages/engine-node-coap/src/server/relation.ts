import type { Response } from "@coapkit/core";
import { InterestLostReason } from "@coapkit/protocol";

/** Sends one notification; returns the message ID it went out with and whether an acknowledgement will come. */
export type SendNotification = (response: Response, isLast: boolean) => { messageId: number; isConfirmable: boolean };

/** One observer of one resource. At most one notification is unacknowledged; the newest waits. RFC 7641 §4.5. */
export class Relation {
  readonly #send: SendNotification;
  #onEnd: ((reason: InterestLostReason) => void) | undefined;
  #waiting: { readonly response: Response; readonly isLast: boolean } | undefined;
  #isInFlight = false;
  #isFinished = false;
  /** Of the notification sent last: a Reset or an acknowledgement names it. */
  messageId = -1;

  constructor(
    /** Socket, peer and token. */
    readonly key: string,
    readonly originKey: string,
    send: SendNotification,
    onEnd: (reason: InterestLostReason) => void,
  ) {
    this.#send = send;
    this.#onEnd = onEnd;
  }

  get isEnded(): boolean {
    return this.#onEnd === undefined;
  }

  /** False once the relation has ended. A last response ends it, without an Observe option. RFC 7641 §4.2. */
  notify(response: Response, isLast: boolean): boolean {
    if (this.isEnded || this.#isFinished) return false;
    this.#isFinished = isLast;
    if (this.#isInFlight) this.#waiting = { response, isLast };
    else this.#transmit(response, isLast);
    return true;
  }

  /** The peer has acknowledged the notification sent last. */
  acknowledge(): void {
    this.#isInFlight = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined && !this.isEnded) this.#transmit(waiting.response, waiting.isLast);
  }

  /** Ends the relation, once. */
  end(reason: InterestLostReason): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    this.#waiting = undefined;
    onEnd?.(reason);
  }

  #transmit(response: Response, isLast: boolean): void {
    const { messageId, isConfirmable } = this.#send(response, isLast);
    this.messageId = messageId;
    this.#isInFlight = isConfirmable;
    if (isLast) this.end(InterestLostReason.Ended);
  }
}
