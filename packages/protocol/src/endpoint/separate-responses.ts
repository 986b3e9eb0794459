import type { IncomingRequest } from "../exchange/incoming-request.js";
import type { ImmediateResponse } from "../exchange/outgoing-response.js";
import { Type } from "../message/message-type.js";
import type { OptionEntry } from "../option/encode-options.js";
import type { PeerId } from "../peer/peer-directory.js";
import { type ConfirmableSender, Transmission } from "../reliability/confirmable-sender.js";
import type { EndpointCounters } from "./endpoint-counters.js";
import type { Outbox } from "./outbox.js";

/** Limits of separate responses. */
export interface SeparateResponseLimits {
  readonly separateResponses: number;
  readonly separateResponsesPerPeer: number;
}

/** What separate responses are sent with. */
export interface SeparateResponseParts {
  readonly limits: SeparateResponseLimits;
  readonly counters: EndpointCounters;
  readonly outbox: Outbox;
  readonly sender: ConfirmableSender;
}

/** Sends responses to requests that were acknowledged before. RFC 7252 §5.2.2 */
export class SeparateResponses {
  readonly #parts: SeparateResponseParts;
  /** Those that await their ACK or their turn. */
  #unacknowledged = 0;

  constructor(parts: SeparateResponseParts) {
    this.#parts = parts;
  }

  /** Confirmable while there is room for what awaits its ACK, else the client may miss it. */
  send({ peerId, token }: IncomingRequest, response: ImmediateResponse, options: readonly OptionEntry[]): void {
    const { outbox, sender, counters } = this.#parts;
    const isConfirmable = this.#hasRoom(peerId);
    const messageId = outbox.nextMessageId(peerId);
    const type = isConfirmable ? Type.CON : Type.NON;
    const datagram = outbox.write(type, response.code, messageId, token, options, response.payload);
    if (!isConfirmable) {
      counters.separateUnconfirmed++;
      return outbox.transmit(peerId, datagram);
    }
    this.#unacknowledged++;
    sender.send(new Transmission(peerId, messageId, datagram, () => this.#unacknowledged--));
  }

  #hasRoom(peer: PeerId): boolean {
    const { limits, sender } = this.#parts;
    return this.#unacknowledged < limits.separateResponses && sender.waitingFor(peer) < limits.separateResponsesPerPeer;
  }
}
