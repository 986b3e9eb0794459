import { MessageScanner } from "../../src/message/message-scanner.js";
import { Type } from "../../src/message/message-type.js";
import { encodeOptions, type OptionEntry } from "../../src/option/encode-options.js";
import { OptionsView } from "../../src/option/options-view.js";
import { readUtf8 } from "../../src/option/utf8.js";
import type { MemoryNetwork } from "./memory-network.js";

/** A message in parts. */
export interface Message {
  readonly type: Type;
  readonly code: number;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: OptionsView;
  readonly payload: string;
  readonly atMs: number;
}

/** What a scripted peer sends. */
export interface Script {
  readonly type?: Type;
  readonly code?: number;
  readonly messageId?: number;
  readonly token?: Uint8Array;
  readonly options?: readonly OptionEntry[];
  readonly payload?: string;
}

/** A peer that only says what its test tells it to. */
export class ScriptedPeer {
  readonly address: string;
  /** What it received, in order. */
  readonly received: Message[] = [];
  /** Answers, where it is set. */
  onMessage: (message: Message) => void = () => undefined;
  readonly #network: MemoryNetwork;
  readonly #client: string;
  #messageId = 0x1000;

  /** @param client whom it talks to */
  constructor(network: MemoryNetwork, host: string, client: string) {
    this.address = `${host}:5683`;
    this.#network = network;
    this.#client = client;
    network.attach(this.address, (bytes) => {
      const message = parse(bytes, network.clock.nowMs());
      this.received.push(message);
      this.onMessage(message);
    });
  }

  /** The message it received last. */
  get last(): Message {
    const message = this.received.at(-1);
    if (message === undefined) throw new Error("Nothing was received.");
    return message;
  }

  /** Sends a message; the token and the type default to those of a piggybacked response to `last`. */
  send(script: Script): number {
    const { type = Type.ACK, code = 0, options = [], payload = "" } = script;
    const messageId =
      script.messageId ?? (type === Type.ACK || type === Type.RST ? this.last.messageId : this.#messageId++);
    const token = script.token ?? (code === 0 ? new Uint8Array(0) : this.last.token);
    this.#network.send(this.address, this.#client, encode(type, code, messageId, token, options, payload));
    return messageId;
  }
}

/** A message taken apart; fails where it is none. */
export function parse(bytes: Uint8Array, atMs = 0): Message {
  const scanner = new MessageScanner();
  if (scanner.scan(bytes, 0, bytes.length) !== 0) throw new Error("Not a message.");
  const { type, code, messageId, tokenStart, tokenEnd, optionsEnd, payloadStart, end } = scanner;
  const isEmpty = code === 0;
  return {
    type,
    code,
    messageId,
    token: bytes.slice(tokenStart, tokenEnd),
    options: isEmpty ? OptionsView.EMPTY : new OptionsView(bytes, tokenEnd, optionsEnd),
    payload: isEmpty ? "" : readUtf8(bytes, payloadStart, end),
    atMs,
  };
}

function encode(
  type: Type,
  code: number,
  messageId: number,
  token: Uint8Array,
  options: readonly OptionEntry[],
  payload: string,
): Uint8Array {
  const header = [0x40 | (type << 4) | token.length, code, messageId >> 8, messageId & 0xff];
  const body = payload === "" ? [] : [0xff, ...new TextEncoder().encode(payload)];
  return Uint8Array.from([...header, ...token, ...encodeOptions(options), ...body]);
}
