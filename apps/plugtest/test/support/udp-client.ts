import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { OptionEntry } from "@coapkit/protocol";
import {
  decodeMessage,
  encodeMessage,
  type IncomingMessage,
  type MessageType,
  type OutgoingMessage,
  pathOptions,
} from "./message.js";

/** What a request has beside its method. */
export interface RequestInit {
  readonly type?: MessageType;
  readonly messageId?: number;
  /** In hexadecimal digits. @defaultValue two bytes that no other request has */
  readonly token?: string;
  readonly query?: readonly string[];
  readonly ct?: number;
  readonly accept?: number;
  /** In hexadecimal digits. */
  readonly etag?: string | readonly string[];
  /** In hexadecimal digits. */
  readonly ifMatch?: string | readonly string[];
  readonly ifNoneMatch?: boolean;
  readonly observe?: number;
  readonly block1?: number;
  readonly block2?: number;
  readonly size1?: number;
  readonly size2?: number;
  readonly requestTag?: string;
  readonly noResponse?: number;
  readonly options?: readonly OptionEntry[];
  readonly payload?: Uint8Array | string;
}

const NUMBERS = {
  ct: 12,
  accept: 17,
  observe: 6,
  block1: 27,
  block2: 23,
  size1: 60,
  size2: 28,
  noResponse: 258,
} as const;
const REPLY_MS = 4_000;

/** A CoAP client that sends exactly what it is told to, one datagram at a time. */
export class UdpClient {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #arrived: IncomingMessage[] = [];
  #wake: () => void = () => undefined;
  #messageId = Math.floor(Math.random() * 65_536);
  #token = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (bytes) => {
      this.#arrived.push(decodeMessage(bytes));
      this.#wake();
    });
  }

  static async open(port: number): Promise<UdpClient> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new UdpClient(socket, port);
  }

  close(): void {
    this.#socket.close();
  }

  nextMessageId(): number {
    this.#messageId = (this.#messageId + 1) & 0xffff;
    return this.#messageId;
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#port, "127.0.0.1");
  }

  /** Sends a message without options. */
  sendEmpty(type: MessageType, messageId: number): void {
    this.#sendMessage({ type, code: 0, messageId, token: new Uint8Array(0), options: [], payload: "" });
  }

  /** Sends a request. @returns its bytes, for sending them again */
  send(method: string | number, path: string | readonly string[], init: RequestInit = {}): Uint8Array {
    return this.#sendMessage({
      type: init.type ?? "CON",
      code: method,
      messageId: init.messageId ?? this.nextMessageId(),
      token: Buffer.from(init.token ?? this.#nextToken(), "hex"),
      options: [...pathOptions(path), ...optionsOf(init)],
      payload: init.payload ?? "",
    });
  }

  /** The next datagram that comes, or has come. @throws Error when none does */
  async next(timeoutMs = REPLY_MS): Promise<IncomingMessage> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const message = this.#arrived.shift();
      if (message !== undefined) return message;
      const leftMs = until - performance.now();
      if (leftMs <= 0) throw new Error(`No datagram came within ${timeoutMs} ms.`);
      await this.#arrival(leftMs);
    }
  }

  /** What has come and was not asked for yet. */
  takeArrived(): IncomingMessage[] {
    return this.#arrived.splice(0);
  }

  /** Sends a request and gives its response; a separate one is acknowledged. */
  async request(
    method: string | number,
    path: string | readonly string[],
    init: RequestInit = {},
  ): Promise<IncomingMessage> {
    const token = init.token ?? this.#nextToken();
    this.send(method, path, { ...init, token });
    for (;;) {
      const message = await this.next();
      if (message.type === "CON") this.sendEmpty("ACK", message.messageId);
      if (message.token === token && message.code !== "0.00") return message;
      if (message.type === "RST") return message;
    }
  }

  /** Pings the server. @returns what came before the answer: nothing, where the server had nothing to say until then */
  async flush(): Promise<IncomingMessage[]> {
    const messageId = this.nextMessageId();
    const before: IncomingMessage[] = [];
    this.sendEmpty("CON", messageId);
    for (;;) {
      const message = await this.next();
      if (message.type === "RST" && message.messageId === messageId) return before;
      before.push(message);
    }
  }

  /** Fetches all blocks. @returns the last response, with the whole payload */
  async fetch(path: string, init: RequestInit & { readonly size?: number; readonly method?: string } = {}) {
    const { size = 1_024, method = "GET", ...rest } = init;
    const szx = Math.log2(size) - 4;
    const blocks: IncomingMessage[] = [];
    for (let number = 0; ; number++) {
      const response = await this.request(method, path, { ...rest, block2: (number << 4) | szx });
      blocks.push(response);
      if (response.block2 === undefined || response.block2.split("/")[1] === "0") {
        const payload = Buffer.concat(blocks.map((block) => block.payload));
        return { ...response, payload, text: payload.toString(), blocks };
      }
    }
  }

  /** Sends a body in blocks. @returns the responses, in order; it stops at the first that is not 2.31 */
  async upload(
    method: string,
    path: string,
    body: Uint8Array | string,
    init: RequestInit & { readonly size?: number } = {},
  ) {
    const { size = 1_024, ...rest } = init;
    const bytes = Buffer.from(body);
    const szx = Math.log2(size) - 4;
    const responses: IncomingMessage[] = [];
    for (let number = 0; ; number++) {
      const end = (number + 1) * size;
      const more = end < bytes.length;
      const block1 = (number << 4) | (more ? 8 : 0) | szx;
      const response = await this.request(method, path, {
        ...rest,
        block1,
        payload: bytes.subarray(number * size, end),
      });
      responses.push(response);
      if (!more || response.code !== "2.31") return responses;
    }
  }

  #sendMessage(message: OutgoingMessage): Uint8Array {
    const bytes = encodeMessage(message);
    this.sendBytes(bytes);
    return bytes;
  }

  #nextToken(): string {
    this.#token = (this.#token + 1) & 0xfff;
    return (0x1000 + this.#token).toString(16);
  }

  #arrival(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function optionsOf(init: RequestInit): OptionEntry[] {
  const entries: OptionEntry[] = [...(init.options ?? [])];
  for (const [name, number] of Object.entries(NUMBERS)) {
    const value = init[name as keyof typeof NUMBERS];
    if (value !== undefined) entries.push({ number, value });
  }
  for (const value of init.query ?? []) entries.push({ number: 15, value });
  for (const etag of listOf(init.etag)) entries.push({ number: 4, value: Buffer.from(etag, "hex") });
  for (const etag of listOf(init.ifMatch)) entries.push({ number: 1, value: Buffer.from(etag, "hex") });
  if (init.ifNoneMatch) entries.push({ number: 5, value: new Uint8Array(0) });
  if (init.requestTag !== undefined) entries.push({ number: 292, value: Buffer.from(init.requestTag, "hex") });
  return entries;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
