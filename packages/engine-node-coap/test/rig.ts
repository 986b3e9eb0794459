import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { BoundAddress, Clock, Engine, EngineHost, Exchange, LogFields, Logger, Response } from "@coapkit/core";
import { type CoapUri, encodeOptions, type OptionEntry, OptionRegistry, parseCoapUri } from "@coapkit/protocol";
import { type NodeCoapOptions, nodeCoap } from "../src/index.js";
import { type Message, readMessage } from "../src/message/message.js";

/** Code bytes that the tests use most. */
export const CONTENT = 0x45;
export const GET = 1;
export const POST = 2;
export const PUT = 3;
export const CON = 0;
export const NON = 1;
export const ACK = 2;
export const RST = 3;

export interface LogRecord {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export interface Rig extends AsyncDisposable {
  readonly engine: Engine;
  readonly address: BoundAddress;
  readonly exchanges: Exchange[];
  readonly logs: LogRecord[];
  uri(path: string): CoapUri;
  /** Resolves with the next exchange, or the first one not yet taken. */
  nextExchange(): Promise<Exchange>;
}

export const realClock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

export function recordingLogger(logs: LogRecord[]): Logger {
  const at = (level: string) => (fields: LogFields, message: string) => void logs.push({ level, fields, message });
  return { isLevelEnabled: () => true, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

export interface RigOptions {
  readonly options?: NodeCoapOptions;
  readonly clock?: Clock;
  readonly bodyLimitBytes?: number;
  readonly host?: string;
  /** What to do with each request; without it the test takes the exchanges. */
  readonly handler?: (exchange: Exchange) => void;
}

/** An engine that listens on a free port of 127.0.0.1. */
export async function startRig(rigOptions: RigOptions = {}): Promise<Rig> {
  const { options = {}, clock = realClock, bodyLimitBytes = 1024 * 1024, host = "127.0.0.1", handler } = rigOptions;
  const logs: LogRecord[] = [];
  const engineHost: EngineHost = {
    clock,
    log: recordingLogger(logs),
    options: new OptionRegistry(),
    bodyLimitBytes: () => bodyLimitBytes,
  };
  const engine = nodeCoap(options)(engineHost);
  const exchanges: Exchange[] = [];
  const takers: ((exchange: Exchange) => void)[] = [];
  const address = await engine.listen({ scheme: "coap", host, port: 0, path: [], query: [] }, (exchange) => {
    if (handler !== undefined) return handler(exchange);
    const taker = takers.shift();
    if (taker === undefined) exchanges.push(exchange);
    else taker(exchange);
  });
  return {
    engine,
    address,
    exchanges,
    logs,
    uri: (path) => uriOf(`coap://${host.includes(":") ? `[${host}]` : host}:${address.port}${path}`),
    nextExchange: () => {
      const ready = exchanges.shift();
      return ready === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(ready);
    },
    [Symbol.asyncDispose]: () => engine.close(0),
  };
}

export function uriOf(text: string): CoapUri {
  const uri = parseCoapUri(text);
  if (!uri.ok) throw new Error(uri.reason);
  return uri.value;
}

export function textResponse(payload: string | Uint8Array, options: readonly OptionEntry[] = []): Response {
  return { code: CONTENT, contentFormat: 0, options, payload };
}

/** What a test sends: a message in parts. */
export interface Parts {
  readonly type?: number;
  readonly code?: number;
  readonly messageId: number;
  readonly token?: string;
  readonly options?: readonly OptionEntry[];
  readonly payload?: string | Uint8Array;
}

export function datagramOf({
  type = CON,
  code = GET,
  messageId,
  token = "",
  options = [],
  payload = "",
}: Parts): Buffer {
  const tokenBytes = Buffer.from(token, "latin1");
  const body = Buffer.from(payload as string);
  const header = Buffer.of(0x40 | (type << 4) | tokenBytes.length, code, messageId >>> 8, messageId & 0xff);
  const marker = body.length === 0 ? Buffer.alloc(0) : Buffer.of(0xff);
  return Buffer.concat([header, tokenBytes, encodeOptions(options), marker, body]);
}

/** A bare UDP socket that speaks to one port and hands out what comes, in order. */
export class RawPeer implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #received: { datagram: Buffer; from: RemoteInfo }[] = [];
  #wake: (() => void) | undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (datagram, from) => {
      this.#received.push({ datagram, from });
      this.#wake?.();
    });
  }

  static async to(port: number): Promise<RawPeer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new RawPeer(socket, port);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** How many datagrams came that nobody has taken. */
  get waiting(): number {
    return this.#received.length;
  }

  sendRaw(datagram: Uint8Array, port = this.#port): void {
    this.#socket.send(datagram, port, "127.0.0.1");
  }

  send(parts: Parts, port = this.#port): void {
    this.sendRaw(datagramOf(parts), port);
  }

  async nextFrom(): Promise<{ message: Message; port: number }> {
    for (;;) {
      const next = this.#received.shift();
      if (next !== undefined) return { message: messageOf(next.datagram), port: next.from.port };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async next(): Promise<Message> {
    return (await this.nextFrom()).message;
  }

  async ask(parts: Parts): Promise<Message> {
    this.send(parts);
    return this.next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

function messageOf(datagram: Buffer): Message {
  const reading = readMessage(datagram);
  if (!reading.ok) throw new Error(`The engine sent a malformed datagram: ${datagram.toString("hex")}`);
  return reading.message;
}

export function textOf(message: { readonly payload: Uint8Array }): string {
  return Buffer.from(message.payload).toString("utf8");
}
