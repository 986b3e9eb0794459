import type { MessageScanner } from "../message/message-scanner.js";
import { Type } from "../message/message-type.js";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import type { PeerId } from "../peer/peer-directory.js";
import type { RemotePeer } from "../peer/remote-peer.js";

const NO_BYTES = new Uint8Array(0);

/** A request as it came in: a window on its datagram, decoded when asked for. */
export class IncomingRequest {
  readonly method: number;
  readonly confirmable: boolean;
  readonly messageId: number;
  readonly peerId: PeerId;
  /** `OptionFlag` bits. */
  readonly flags: number;
  #buffer: Uint8Array;
  #tokenStart: number;
  #tokenEnd: number;
  #optionsEnd: number;
  #payloadStart: number;
  #end: number;
  /** Block1 of the last block, for the answer; -1 where the body came in one message. RFC 7959 §2.3. */
  block1 = -1;
  /**
   * The body as it arrives, where `streamsBody` asked for it and it comes in blocks; `payload` is empty then. A body of one
   * message without Block1 is the `payload`. It can be iterated once.
   */
  bodyStream: AsyncIterable<Uint8Array> | undefined = undefined;
  #body: Uint8Array | undefined;
  #options: OptionsView | undefined;
  readonly #identify: (peer: PeerId) => RemotePeer;
  #peer: RemotePeer | undefined;

  constructor(buffer: Uint8Array, message: MessageScanner, peerId: PeerId, identify: (peer: PeerId) => RemotePeer) {
    this.method = message.code;
    this.confirmable = message.type === Type.CON;
    this.messageId = message.messageId;
    this.peerId = peerId;
    this.flags = message.flags;
    this.#buffer = buffer;
    this.#tokenStart = message.tokenStart;
    this.#tokenEnd = message.tokenEnd;
    this.#optionsEnd = message.optionsEnd;
    this.#payloadStart = message.payloadStart;
    this.#end = message.end;
    this.#identify = identify;
  }

  /** Whether the request was sent to a group: errors and empty answers are left out then. RFC 7252 §8.2. */
  get isMulticast(): boolean {
    return false;
  }

  get token(): Uint8Array {
    return this.#buffer.subarray(this.#tokenStart, this.#tokenEnd);
  }

  get options(): OptionsView {
    return this.#options ?? new OptionsView(this.#buffer, this.#tokenEnd, this.#optionsEnd);
  }

  get payload(): Uint8Array {
    if (this.#body !== undefined) return this.#body;
    return this.#payloadStart === this.#end ? NO_BYTES : this.#buffer.subarray(this.#payloadStart, this.#end);
  }

  /** Whom the request came from. */
  get peer(): RemotePeer {
    this.#peer ??= this.#identify(this.peerId);
    return this.#peer;
  }

  /** Settles whom the request came from, for when it outlives the number of its peer. @internal */
  holdPeer(): void {
    this.#peer ??= this.#identify(this.peerId);
  }

  /** Bytes that the token is a window on, for writing it back without a window. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  get tokenStart(): number {
    return this.#tokenStart;
  }

  get tokenEnd(): number {
    return this.#tokenEnd;
  }

  /**
   * Puts the whole body in the place of its last block. RFC 7959 §2.5.
   * @param block1 value of the last block's option
   * @param ifNoneMatch whether the first block had If-None-Match, which the others may leave out. RFC 7959 §2.10
   */
  assemble(body: Uint8Array, block1: number, ifNoneMatch: boolean): void {
    this.#body = body;
    this.block1 = block1;
    if (!ifNoneMatch || this.options.has(OptionNumber.IfNoneMatch)) return;
    this.#options = OptionsView.of([{ number: OptionNumber.IfNoneMatch, value: NO_BYTES }, ...this.options]);
  }

  /** Puts a body that is still to come in the place of its first block. */
  stream(body: AsyncIterable<Uint8Array>): void {
    this.#body = NO_BYTES;
    this.bodyStream = body;
  }

  /** Copies the datagram, so that the request outlives the transport's buffer. */
  keep(): void {
    const start = this.#tokenStart;
    if (this.#body?.buffer === this.#buffer.buffer) this.#body = this.#body.slice();
    this.#buffer = this.#buffer.slice(start, this.#end);
    this.#tokenStart = 0;
    this.#tokenEnd -= start;
    this.#optionsEnd -= start;
    this.#payloadStart -= start;
    this.#end -= start;
  }
}
