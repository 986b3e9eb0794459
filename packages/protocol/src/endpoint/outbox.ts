import { isSafeMethod } from "../code/method.js";
import { NO_REPLY } from "../dedup/message-windows.js";
import { type ReplyPosition, ReplyRing } from "../dedup/reply-ring.js";
import type { IncomingRequest } from "../exchange/incoming-request.js";
import type { Type } from "../message/message-type.js";
import { messageBound, writeContent, writeEmpty, writeHead } from "../message/message-writer.js";
import { type OptionEntry, sortOptions } from "../option/encode-options.js";
import { OptionValueError } from "../option/option-error.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { Transport } from "../ports/transport.js";
import { type MessageIdSettings, MessageIds } from "./message-ids.js";

const EMPTY_BYTES = 4;
/** No reply is kept under it where anybody would look. */
const NO_MARK = 0;
/** Most that UDP over IPv4 carries. */
const MAX_DATAGRAM_BYTES = 65_507;
const MIN_RING_BYTES = 4_096;
/** Half of what positions tell apart. */
const MAX_RING_BITS = 29;
/** Room for a block, the longest token, and the options that the endpoint adds. */
const LARGEST_REST_BYTES = 4_096;

/** Sizes of the memory that replies are written to, in bytes. */
export interface OutboxLimits {
  readonly replyBytes: number;
  readonly safeReplyBytes: number;
}

/** Writes messages and hands them to the transport. Replies stay in rings, so that a repeated request finds them. */
export class Outbox {
  readonly #transport: Transport;
  /** Replies of methods that must not run twice; apart from the others, so that GETs cannot push them out. */
  readonly #replies: ReplyRing;
  readonly #safeReplies: ReplyRing;
  readonly #messageIds: MessageIds;
  readonly #isBusy: () => boolean;

  constructor(transport: Transport, limits: OutboxLimits, messageIds: MessageIdSettings) {
    this.#transport = transport;
    this.#replies = new ReplyRing(ringBytes(limits.replyBytes));
    this.#safeReplies = new ReplyRing(ringBytes(limits.safeReplyBytes));
    this.#messageIds = new MessageIds(messageIds);
    this.#isBusy = () => transport.pendingSends > 0;
  }

  get counters(): { readonly messageIdsReused: number } {
    return { messageIdsReused: this.#messageIds.reused };
  }

  /** See `MessageIds.next`. */
  nextMessageId(peer: PeerId): number {
    return this.#messageIds.next(peer);
  }

  /** See `MessageIds.nextForGroup`. */
  nextGroupMessageId(): number {
    return this.#messageIds.nextForGroup();
  }

  /** The number becomes another peer's. */
  forgetPeer(peer: PeerId): void {
    this.#messageIds.forgetPeer(peer);
  }

  /** Sends an ACK or RST without content. @returns where it was written */
  sendEmpty(peer: PeerId, type: Type, messageId: number): ReplyPosition {
    const ring = this.#safeReplies;
    const start = ring.reserve(EMPTY_BYTES, this.#isBusy);
    const end = writeEmpty(ring.buffer, start, type, messageId);
    const position = ring.commit(end - start, NO_MARK);
    this.#transport.send(peer, ring.buffer, start, end);
    return position;
  }

  /**
   * Sends a reply to a request and keeps it.
   * @param mark fingerprint of the request
   * @returns where it is kept
   * @throws OptionValueError for an option that the wire cannot carry, and for more than a datagram holds
   */
  sendReply(
    request: IncomingRequest,
    mark: number,
    type: Type,
    code: number,
    messageId: number,
    options: readonly OptionEntry[],
    payload: Uint8Array | string,
  ): ReplyPosition {
    const { tokenStart, tokenEnd } = request;
    const ring = this.#ringOf(request.method);
    const sorted = sortOptions(options);
    const size = boundOf(sorted, payload, tokenEnd - tokenStart);
    const start = ring.reserve(size, this.#isBusy);
    if (start < 0) throw tooLarge(size);
    const { buffer } = ring;
    const at = writeHead(buffer, start, type, code, messageId, request.buffer, tokenStart, tokenEnd);
    const end = writeContent(buffer, at, sorted, payload);
    const position = ring.commit(end - start, mark);
    this.#transport.send(request.peerId, buffer, start, end);
    return position;
  }

  /**
   * Sends a kept reply again, from memory of its own: where it is kept, the next reply may be written before it is sent.
   * @returns false where it is not kept any more
   */
  resend(peer: PeerId, method: number, position: ReplyPosition, mark: number): boolean {
    const ring = this.#ringOf(method);
    const start = position === NO_REPLY ? -1 : ring.find(position, mark);
    if (start < 0) return false;
    this.transmit(peer, ring.buffer.slice(start, start + ring.lengthAt(start)));
    return true;
  }

  /** A message in memory of its own, for what is sent more than once. @throws OptionValueError like `sendReply` */
  write(
    type: Type,
    code: number,
    messageId: number,
    token: Uint8Array,
    options: readonly OptionEntry[],
    payload: Uint8Array | string,
  ): Uint8Array {
    const sorted = sortOptions(options);
    const datagram = new Uint8Array(boundOf(sorted, payload, token.length));
    const at = writeHead(datagram, 0, type, code, messageId, token, 0, token.length);
    return datagram.subarray(0, writeContent(datagram, at, sorted, payload));
  }

  /** @throws OptionValueError like `write`, for a message with these options and the payload of a block */
  check(options: readonly OptionEntry[]): void {
    boundOf(sortOptions(options), "", LARGEST_REST_BYTES);
  }

  /** Sends a message that has memory of its own. */
  readonly transmit = (peer: PeerId, datagram: Uint8Array): void => {
    this.#transport.send(peer, datagram, 0, datagram.length);
  };

  #ringOf(method: number): ReplyRing {
    return isSafeMethod(method) ? this.#safeReplies : this.#replies;
  }
}

/** The largest power of two within a limit, and at least room for a few replies. */
function ringBytes(limitBytes: number): number {
  const bits = Math.floor(Math.log2(Math.max(limitBytes, MIN_RING_BYTES)));
  return 2 ** Math.min(bits, MAX_RING_BITS);
}

/** @throws OptionValueError for what the wire or a datagram cannot carry */
function boundOf(sorted: readonly OptionEntry[], payload: Uint8Array | string, tokenBytes: number): number {
  const size = messageBound(sorted, payload, tokenBytes);
  if (size > MAX_DATAGRAM_BYTES) throw tooLarge(size);
  return size;
}

function tooLarge(sizeBytes: number): OptionValueError {
  return new OptionValueError(`A message of ${sizeBytes} bytes fits no datagram; give it fewer or shorter options.`);
}
