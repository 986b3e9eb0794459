import type { MessageWindows } from "../dedup/message-windows.js";
import type { Type } from "../message/message-type.js";
import type { OptionEntry } from "../option/encode-options.js";
import type { OptionRegistry } from "../option/option-registry.js";
import type { TransmissionParameters } from "../parameters/transmission-parameters.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { RemotePeer } from "../peer/remote-peer.js";
import type { Clock } from "../ports/clock.js";
import type { RandomSource } from "../ports/random-source.js";
import type { ConfirmableSender } from "../reliability/confirmable-sender.js";
import type { ClientCounters } from "./client-counters.js";

/** What requests and responses need of the endpoint. */
export interface RequesterParts {
  readonly parameters: TransmissionParameters;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly coarseClock: { nowS(): number };
  readonly counters: { duplicates: number; malformed: number; unmatched: number };
  readonly clientCounters: ClientCounters;
  readonly outbox: {
    nextMessageId(peer: PeerId): number;
    nextGroupMessageId(): number;
    sendEmpty(peer: PeerId, type: Type, messageId: number): number;
    write(
      type: Type,
      code: number,
      messageId: number,
      token: Uint8Array,
      options: readonly OptionEntry[],
      payload: Uint8Array | string,
    ): Uint8Array;
    transmit(peer: PeerId, datagram: Uint8Array): void;
  };
  readonly peers: {
    readonly capacity: number;
    pin(peer: PeerId): void;
    unpin(peer: PeerId): void;
    hasEnded(peer: PeerId): boolean;
    sessionOf(peer: PeerId): number;
  };
  readonly sender: ConfirmableSender;
  readonly windows: MessageWindows;
  /** Options that are recognized in responses. */
  readonly optionRegistry: OptionRegistry;
  /** Whether the transport leaves received bytes as they are. */
  readonly keepsReceivedBytes: boolean;
  /** How long the message ID of a NON is remembered, in seconds. RFC 7252 §4.8.2. */
  readonly nonLifetimeS: number;
  /** Most requests under way at a time. */
  readonly maxRequests: number;
  identify(peer: PeerId): RemotePeer;
}
