import { expect } from "vitest";
import { blockAt, blockSize, encodeBlock } from "../../src/block/block-option.js";
import { Code } from "../../src/code/code.js";
import { Endpoint } from "../../src/endpoint/endpoint.js";
import type { EndpointLimits, EndpointOptions } from "../../src/endpoint/endpoint-options.js";
import type { OutgoingResponse } from "../../src/exchange/outgoing-response.js";
import type { ServerExchange } from "../../src/exchange/server-exchange.js";
import { Type } from "../../src/message/message-type.js";
import type { OptionEntry } from "../../src/option/encode-options.js";
import { OptionNumber } from "../../src/option/option-number.js";
import type { PeerDirectory, PeerId } from "../../src/peer/peer-directory.js";
import type { RandomSource } from "../../src/ports/random-source.js";
import type { BoundAddress, OnBatch, Transport } from "../../src/ports/transport.js";
import { groupOf } from "./memory-network.js";
import { VirtualClock } from "./virtual-clock.js";
import { decodeMessage, encodeMessage, type MessageParts, type WireMessage } from "./wire.js";

/** A client's address. */
export const ALICE = "192.0.2.1:40000";
/** Another client's. */
export const BOB = "192.0.2.2:40000";

/** Limits that keep an endpoint of a test small. */
const SMALL: Partial<EndpointLimits> = {
  peers: 64,
  messageWindowBytes: 65_536,
  replyBytes: 1 << 17,
  safeReplyBytes: 1 << 17,
};

/** No jitter: the first wait for an ACK is ACK_TIMEOUT. */
const STEADY: RandomSource = { fraction: () => 0, bytes: (length) => new Uint8Array(length) };

/** A datagram that the endpoint sent. */
export interface SentDatagram {
  readonly to: string;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Hands over datagrams at once, and overwrites each when that is done, as a transport that reuses its buffer does. */
export class DirectTransport implements Transport {
  readonly scheme = "coap";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = false;
  pendingSends = 0;
  onSend: (datagram: SentDatagram) => void = () => undefined;
  readonly #clock: VirtualClock;
  readonly multicast: Transport = groupOf(this, (_peers, onBatch) => {
    this.#onGroupBatch = onBatch;
  });
  #peers: PeerDirectory | undefined;
  #onBatch: OnBatch = () => undefined;
  #onGroupBatch: OnBatch = () => undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    this.#peers = peers;
    this.#onBatch = onBatch;
    return { scheme: this.scheme, address: "192.0.2.100", port: 5683 };
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    return (this.#peers as PeerDirectory).intern(host, port);
  }

  /** @returns whether there was room for the peer */
  deliver(bytes: Uint8Array, from: string, isToGroup = false): boolean {
    const [host = "", port] = from.split(":");
    const peer = (this.#peers as PeerDirectory).intern(host, Number(port));
    if (peer < 0) return false;
    const buffer = new Uint8Array(bytes.length + 8).fill(0xee);
    buffer.set(bytes, 4);
    (isToGroup ? this.#onGroupBatch : this.#onBatch)(buffer, Int32Array.of(4, 4 + bytes.length, peer), 1);
    buffer.fill(0xff);
    return true;
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const peers = this.#peers as PeerDirectory;
    const to = `${peers.addressOf(peer)}:${peers.portOf(peer)}`;
    this.onSend({ to, bytes: buffer.slice(start, end), atMs: this.#clock.nowMs() });
  }

  async close(): Promise<void> {
    this.#onBatch = () => undefined;
    this.#onGroupBatch = () => undefined;
  }
}

/** A server endpoint whose datagrams the test writes and reads; time stands still unless the test moves it, so NONs have no pace. */
export class ServerFixture {
  readonly clock = new VirtualClock();
  readonly transport = new DirectTransport(this.clock);
  readonly endpoint: Endpoint;
  readonly sent: SentDatagram[] = [];
  /** What was handed up, in order. */
  readonly exchanges: ServerExchange[] = [];
  readonly warnings: string[] = [];
  /** What the handler does. */
  onRequest: (exchange: ServerExchange) => void = (exchange) => exchange.respond(content("hello"));
  #messageId = 100;
  #taken = 0;

  constructor(options: Partial<EndpointOptions> = {}) {
    this.transport.onSend = (datagram) => this.sent.push(datagram);
    this.endpoint = new Endpoint({
      transport: this.transport,
      clock: this.clock,
      random: STEADY,
      onRequest: (exchange) => {
        this.exchanges.push(exchange);
        this.onRequest(exchange);
      },
      onWarning: (_fields, message) => this.warnings.push(message),
      ...options,
      parameters: { nonNotificationIntervalMs: 0, ...options.parameters },
      limits: { ...SMALL, ...options.limits },
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return this.endpoint.counters;
  }

  /** The next message ID of a client. */
  nextMessageId(): number {
    return this.#messageId++ & 0xffff;
  }

  /** Sends a message to the endpoint. @returns what came back at once */
  receive(parts: Partial<MessageParts>, from = ALICE): readonly WireMessage[] {
    const { type = Type.CON, code = Code.GET, messageId = this.nextMessageId(), token = [1, 2], ...rest } = parts;
    return this.receiveBytes(encodeMessage({ type, code, messageId, token, ...rest }), from);
  }

  receiveBytes(bytes: Uint8Array, from = ALICE): readonly WireMessage[] {
    this.transport.deliver(bytes, from);
    return this.takeSent();
  }

  /** Sends a message to a group that the endpoint belongs to. @returns what came back at once */
  receiveFromGroup(parts: Partial<MessageParts>, from = ALICE): readonly WireMessage[] {
    const { type = Type.NON, code = Code.GET, messageId = this.nextMessageId(), token = [1, 2], ...rest } = parts;
    return this.receiveBytesFromGroup(encodeMessage({ type, code, messageId, token, ...rest }), from);
  }

  receiveBytesFromGroup(bytes: Uint8Array, from = ALICE): readonly WireMessage[] {
    this.transport.deliver(bytes, from, true);
    return this.takeSent();
  }

  /** Sends a message to the endpoint. @returns the only one that came back at once */
  ask(parts: Partial<MessageParts>, from = ALICE): WireMessage {
    return only(this.receive(parts, from));
  }

  /** An empty ACK or RST. */
  reply(type: Type, messageId: number, from = ALICE): readonly WireMessage[] {
    return this.receive({ type, code: Code.Empty, messageId, token: [] }, from);
  }

  /** What was sent since the last look. */
  takeSent(): readonly WireMessage[] {
    const fresh = this.sent.slice(this.#taken);
    this.#taken = this.sent.length;
    return fresh.map(({ bytes }) => decodeMessage(bytes));
  }

  /** Moves time on. @returns what was sent meanwhile */
  async advance(ms: number): Promise<readonly WireMessage[]> {
    await this.clock.advance(ms);
    return this.takeSent();
  }

  /** Sends a body with Block1. @returns the answers */
  upload(body: Uint8Array, szx: number, parts: Partial<MessageParts> = {}, from = ALICE): readonly WireMessage[] {
    const answers: WireMessage[] = [];
    const size = blockSize(szx);
    for (let offset = 0; offset < body.length; offset += size) {
      const more = offset + size < body.length;
      answers.push(this.ask(block1Of(body, offset, more, szx, parts), from));
    }
    return answers;
  }

  /** Fetches a body with Block2. @returns the answers */
  download(szx: number, parts: Partial<MessageParts> = {}, from = ALICE): readonly WireMessage[] {
    const answers: WireMessage[] = [];
    for (let number = 0, more = true; more; number++) {
      const block2 = { number: OptionNumber.Block2, value: encodeBlock(number, false, szx) };
      const answer = this.ask({ ...parts, options: [...(parts.options ?? []), block2] }, from);
      answers.push(answer);
      more = ((answer.options.uint(OptionNumber.Block2) ?? 0) & 8) !== 0;
    }
    return answers;
  }

  /** Fails unless nothing is left of what the test did, once unfetched representations have had their time. */
  async expectNoState(): Promise<void> {
    await this.clock.advance(300_000);
    expect(this.counters).toMatchObject({
      openExchanges: 0,
      groupResponsesWaiting: 0,
      unacknowledged: 0,
      queued: 0,
      observers: 0,
      uploads: 0,
      uploadBytes: 0,
      representations: 0,
      representationBytes: 0,
      pinnedPeers: 0,
    });
    expect(this.clock.pendingTimers).toBe(0);
  }
}

/** A server endpoint that receives. */
export async function openServer(options: Partial<EndpointOptions> = {}): Promise<ServerFixture> {
  const fixture = new ServerFixture(options);
  await fixture.endpoint.open();
  return fixture;
}

/** 2.05 with this payload. */
export function content(
  payload: OutgoingResponse["payload"] = "hello",
  options: readonly OptionEntry[] = [],
): OutgoingResponse {
  return { code: Code.Content, contentFormat: 0, options, payload };
}

/** A response without payload. */
export function bare(code: number): OutgoingResponse & { readonly payload: string } {
  return { code, contentFormat: undefined, options: [], payload: "" };
}

/** A PUT, or what `parts` says, with the block of `body` at `offset`. */
export function block1Of(
  body: Uint8Array,
  offset: number,
  more: boolean,
  szx: number,
  parts: Partial<MessageParts> = {},
): Partial<MessageParts> {
  const block = blockAt(offset, more, szx);
  if (block === undefined) throw new Error(`No block at ${offset}`);
  const value = encodeBlock(block.number, more, szx);
  return {
    code: Code.PUT,
    ...parts,
    options: [...(parts.options ?? []), { number: OptionNumber.Block1, value }],
    payload: body.subarray(offset, offset + blockSize(szx)),
  };
}

/** Bytes that differ from block to block. */
export function bodyOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >>> 8)) & 0xff);
}

/** The bytes of several payloads. */
export function joined(messages: readonly WireMessage[]): Uint8Array {
  return Uint8Array.from(messages.flatMap(({ payload }) => [...payload]));
}

/** The only one of a list. */
export function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  return list[0] as T;
}
