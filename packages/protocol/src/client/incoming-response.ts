import { type BlockValue, decodeBlock } from "../block/block-option.js";
import { type MessageScanner, OptionFlag } from "../message/message-scanner.js";
import { observeValue } from "../option/observe-value.js";
import { OptionNumber } from "../option/option-number.js";
import { OptionsView } from "../option/options-view.js";
import type { RemotePeer } from "../peer/remote-peer.js";

const MAX_ECHO_BYTES = 40;

/** A response as a client sees it; its bytes stay as they are. */
export class IncomingResponse {
  constructor(
    /** Response code byte, 2.00 to 5.31. RFC 7252 §5.9. */
    readonly code: number,
    readonly options: OptionsView,
    readonly payload: Uint8Array,
    /** Whom it came from. */
    readonly peer: RemotePeer,
    /** `OptionFlag` bits. @internal */
    readonly flags: number,
  ) {}

  /** The response that `message` describes. @param copies whether the transport uses the buffer again. @internal */
  static of(buffer: Uint8Array, message: MessageScanner, peer: RemotePeer, copies: boolean): IncomingResponse {
    const { code, flags, tokenEnd, optionsEnd, payloadStart, end } = message;
    const bytes = copies ? buffer.slice(tokenEnd, end) : buffer;
    const shift = copies ? tokenEnd : 0;
    const options = new OptionsView(bytes, tokenEnd - shift, optionsEnd - shift);
    return new IncomingResponse(code, options, bytes.subarray(payloadStart - shift, end - shift), peer, flags);
  }

  /** Whether an option that the endpoint acts on is there. @internal */
  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** Value of Observe, or `undefined` for none and for one of more than three bytes. RFC 7641 §2, RFC 7252 §5.4.3. @internal */
  get observe(): number | undefined {
    return this.has(OptionFlag.Observe) ? observeValue(this.options) : undefined;
  }

  /** Value of Echo, or `undefined` for none and for one of no byte or more than 40. RFC 9175 §2.2.1. @internal */
  get echo(): Uint8Array | undefined {
    const value = this.has(OptionFlag.Echo) ? this.options.bytes(OptionNumber.Echo) : undefined;
    return value === undefined || value.length === 0 || value.length > MAX_ECHO_BYTES ? undefined : value;
  }

  /** A Block option; `undefined` where there is none, or one that means nothing. @internal */
  block(number: number): BlockValue | undefined {
    const value = this.options.uint(number);
    return value === undefined ? undefined : decodeBlock(value);
  }

  /** The same response with its whole body, and without the options of its first block. @internal */
  whole(body: Uint8Array): IncomingResponse {
    const blockFlags = OptionFlag.Block1 | OptionFlag.Block2;
    if ((this.flags & blockFlags) === 0) return this;
    const options = OptionsView.of([...this.options].filter(({ number }) => !isBlock(number)));
    return new IncomingResponse(this.code, options, body, this.peer, this.flags & ~blockFlags);
  }
}

function isBlock(number: number): boolean {
  return number === OptionNumber.Block1 || number === OptionNumber.Block2;
}
