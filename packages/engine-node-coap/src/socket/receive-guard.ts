import type { RemoteInfo } from "node:dgram";
import type { Clock, Logger } from "@coapkit/core";
import type { Counters, DropReason } from "../counters.js";
import { type Message, MessageType, readMessage } from "../message/message.js";
import { emptyMessage } from "../message/write-message.js";

/** What happens on a network where nobody misbehaves. */
const EXPECTED: readonly DropReason[] = ["droppedClosing", "droppedUnexpected", "droppedUnknownPeer"];
const LOG_INTERVAL_MS = 1000;

type Send = (datagram: Uint8Array, port: number, address: string) => void;

/** What stands between a socket and npm coap: lets well-formed messages through, counts and logs the rest. */
export class ReceiveGuard {
  readonly #counters: Counters;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #send: Send;
  readonly #loggedMs = new Map<DropReason, number>();

  constructor(counters: Counters, { clock, log }: { readonly clock: Clock; readonly log: Logger }, send: Send) {
    this.#counters = counters;
    this.#clock = clock;
    this.#log = log;
    this.#send = send;
  }

  /** The message of a datagram, or `undefined` when it was dropped or rejected. */
  admit(datagram: Uint8Array, from: RemoteInfo): Message | undefined {
    if (from.port === 0) return this.drop("droppedPortZero", from); // no answer can be sent there
    const reading = readMessage(datagram);
    if (reading.ok) return reading.message;
    if (reading.resetId !== undefined) this.reset(reading.resetId, from);
    return this.drop(reading.reason, from);
  }

  /** Rejects a message that has no meaning here. RFC 7252 §4.2, §4.3. */
  reject(message: Message, from: RemoteInfo, reason: DropReason): void {
    if (message.type === MessageType.CON) this.reset(message.messageId, from);
    this.drop(reason, from);
  }

  reset(messageId: number, from: RemoteInfo): void {
    this.#counters.add("resetsSent");
    this.#send(emptyMessage(MessageType.RST, messageId), from.port, from.address);
  }

  /** Counts a datagram that goes no further; logs one per reason and second, so that a flood cannot fill the log. */
  drop(reason: DropReason, from: RemoteInfo): undefined {
    this.#counters.add(reason);
    const level = EXPECTED.includes(reason) ? "info" : "warn";
    if (!this.#log.isLevelEnabled(level)) return;
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#loggedMs.get(reason) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL_MS) return;
    this.#loggedMs.set(reason, nowMs);
    const total = this.#counters.get(reason);
    this.#log[level]({ reason, total, address: from.address, port: from.port, bytes: from.size }, "datagram dropped");
  }
}
