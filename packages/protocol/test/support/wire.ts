import { type BlockValue, decodeBlock } from "../../src/block/block-option.js";
import { MessageScanner, Verdict } from "../../src/message/message-scanner.js";
import type { Type } from "../../src/message/message-type.js";
import { messageBound, writeContent, writeHead } from "../../src/message/message-writer.js";
import { type OptionEntry, sortOptions } from "../../src/option/encode-options.js";
import { OptionNumber } from "../../src/option/option-number.js";
import { OptionsView } from "../../src/option/options-view.js";

/** What a message is made of. */
export interface MessageParts {
  readonly type: Type;
  readonly code: number;
  readonly messageId: number;
  readonly token?: readonly number[];
  readonly options?: readonly OptionEntry[];
  readonly payload?: Uint8Array | string;
}

/** A message taken apart. */
export interface WireMessage {
  readonly type: Type;
  readonly code: number;
  readonly messageId: number;
  readonly token: readonly number[];
  readonly options: OptionsView;
  readonly payload: Uint8Array;
  readonly text: string;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message as it goes over the wire. */
export function encodeMessage(parts: MessageParts): Uint8Array {
  const { type, code, messageId, token = [], options = [], payload = "" } = parts;
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const sorted = sortOptions(options);
  const target = new Uint8Array(messageBound(sorted, bytes, token.length));
  const at = writeHead(target, 0, type, code, messageId, Uint8Array.from(token), 0, token.length);
  return target.slice(0, writeContent(target, at, sorted, bytes));
}

/** Takes a datagram apart; throws where it is no message. */
export function decodeMessage(bytes: Uint8Array): WireMessage {
  const scanner = new MessageScanner();
  if (scanner.scan(bytes, 0, bytes.length) !== Verdict.Message) throw new Error(`No message: ${bytes}`);
  const { type, code, messageId, tokenStart, tokenEnd, optionsEnd, payloadStart, end } = scanner;
  const payload = bytes.subarray(payloadStart, end);
  return {
    type,
    code,
    messageId,
    token: [...bytes.subarray(tokenStart, tokenEnd)],
    options: new OptionsView(bytes, tokenEnd, optionsEnd),
    payload,
    text: decoder.decode(payload),
    bytes,
  };
}

/** The Block option of a message, taken apart. */
export function blockOf({ options }: WireMessage, number: number): BlockValue | undefined {
  const value = options.uint(number);
  return value === undefined ? undefined : decodeBlock(value);
}

/** The Observe option of a message. */
export function observeOf({ options }: WireMessage): number | undefined {
  return options.uint(OptionNumber.Observe);
}
