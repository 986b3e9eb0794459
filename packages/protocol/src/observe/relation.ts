import type { ImmediateResponse } from "../exchange/outgoing-response.js";
import type { ServerExchange } from "../exchange/server-exchange.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Transmission } from "../reliability/confirmable-sender.js";
import type { NotificationPace } from "./notification-pace.js";

/** A notification that waits for the one before it to be acknowledged. */
export interface WaitingNotification {
  readonly response: ImmediateResponse;
  readonly confirmable: boolean | undefined;
}

/** How many NON notifications an RST can still be told to belong to. */
const REMEMBERED_NONS = 4;

/** One client's interest in one representation. RFC 7641 §4.1. */
export class Relation {
  /** Value of the next notification's Observe option, before it is cut to 24 bits. RFC 7641 §4.4. */
  sequence = 1;
  /** The confirmable notification that awaits its ACK. */
  inFlight: Transmission | undefined;
  /** The newest representation, while an older one is in flight. RFC 7641 §4.5.2. */
  waiting: WaitingNotification | undefined;
  /** Whether `waiting` is no success, and so the last notification. RFC 7641 §4.2. */
  isEnding = false;
  /** When the last confirmable notification was acknowledged, or the registration came; clock milliseconds. */
  confirmedMs: number;
  /** Message IDs of the latest NON notifications. */
  readonly nonMessageIds: number[] = [];

  constructor(
    readonly key: string,
    readonly peer: PeerId,
    readonly exchange: ServerExchange,
    /** How often its client may be sent a NON, shared with the client's other relations. RFC 7641 §4.5.1. */
    readonly pace: NotificationPace,
    nowMs: number,
  ) {
    this.confirmedMs = nowMs;
  }

  /** Notes the message ID of a NON notification. @returns the one that is forgotten for it, or -1 */
  rememberNon(messageId: number): number {
    this.nonMessageIds.push(messageId);
    return this.nonMessageIds.length > REMEMBERED_NONS ? (this.nonMessageIds.shift() as number) : -1;
  }
}
