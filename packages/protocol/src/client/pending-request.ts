import type { Type } from "../message/message-type.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Transmission } from "../reliability/confirmable-sender.js";
import type { Probe } from "../reliability/probing-gate.js";
import { HEAP_IDLE } from "../reliability/timer-heap.js";
import type { IncomingResponse } from "./incoming-response.js";

/** Who waits for the responses with a token. */
export interface ResponseReceiver {
  /** @returns false where it is not wanted: a CON is then rejected, and what waits goes on waiting. RFC 7252 §4.2 */
  accepts(response: IncomingResponse, type: Type): boolean;
  /** An accepted response; no other is awaited, unless the receiver sends again or stays. */
  onResponse(response: IncomingResponse): void;
  /** No response comes any more; the token is free already. */
  onFailure(error: Error): void;
  /** The time given to `Requester.schedule` is over. */
  onDue(): void;
}

/** No response to a message of ours is awaited. */
export const NO_MESSAGE_ID = -1;

/** A token that is taken, and what was sent with it last. RFC 7252 §5.3. */
export class PendingRequest implements Probe {
  /** For the heap of time-outs. */
  dueMs = 0;
  heapIndex = HEAP_IDLE;
  /** Message ID of the request whose response is awaited, or `NO_MESSAGE_ID`. */
  messageId: number = NO_MESSAGE_ID;
  /** Whether that request went as NON. */
  isNon = false;
  /** The confirmable request, until it is acknowledged. */
  transmission: Transmission | undefined;
  unsent: Uint8Array | undefined;
  /** Critical option for which a response was rejected, or -1. */
  rejectedOption = -1;

  constructor(
    readonly peer: PeerId,
    readonly key: number,
    readonly token: Uint8Array,
    readonly responseTimeoutMs: number,
    readonly receiver: ResponseReceiver,
  ) {}

  /** Whether a message has left: not while it waits for NSTART or PROBING_RATE. */
  get isSent(): boolean {
    if (this.unsent !== undefined) return false;
    return this.transmission === undefined || this.transmission.heapIndex !== HEAP_IDLE;
  }
}
