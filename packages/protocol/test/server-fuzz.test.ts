import { describe, expect, it } from "vitest";
import { Code } from "../src/code/code.js";
import type { EndpointLimits } from "../src/endpoint/endpoint-options.js";
import type { ServerExchange } from "../src/exchange/server-exchange.js";
import { Type } from "../src/message/message-type.js";
import { type OptionEntry } from "../src/option/encode-options.js";
import { OptionNumber } from "../src/option/option-number.js";
import { SeededRandom } from "./support/seeded-random.js";
import { bare, bodyOf, content, openServer, type ServerFixture } from "./support/server-fixture.js";
import { encodeMessage } from "./support/wire.js";

const DATAGRAMS = 200_000;
const STEP = 200;
const ADDRESSES = 80;
/** How many datagrams may come again. */
const LATELY = 20;

const LIMITS: EndpointLimits = {
  peers: 64,
  messageWindowBytes: 65_536,
  replyBytes: 1 << 16,
  safeReplyBytes: 1 << 14,
  observers: 40,
  observersPerPeer: 4,
  bodiesBytes: 16_384,
  bodiesPerPeer: 2,
  bodyIdleMs: 5_000,
  streamedUploads: 8,
  representationsBytes: 65_536,
  separateResponses: 50,
  separateResponsesPerPeer: 2,
  groupResponses: 16,
  tokenBytes: 64,
  requests: 16,
};

const OPTION_NUMBERS = [
  ...Object.values(OptionNumber),
  OptionNumber.Observe,
  OptionNumber.Block1,
  OptionNumber.Block2,
  OptionNumber.Block1,
  OptionNumber.Block2,
  2_049,
];
const CODES = [...Object.values(Code), 0x08, 0x1f, 0x20, 0x3f, 0xc0, 0xe1, 0xff];
const LARGE = bodyOf(5_000);

/** Everything that a client may send, and more. */
class Chaos {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  address(): string {
    const number = this.below(ADDRESSES);
    return number < ADDRESSES / 2 ? `192.0.2.${number}:5683` : `198.51.100.1:${number + 1}`;
  }

  /** @param recent message IDs that the server has used */
  datagram(recent: readonly number[]): Uint8Array {
    const kind = this.below(10);
    if (kind === 0) return this.#random.bytes(this.below(80));
    if (kind === 1)
      return encodeMessage({ type: this.oneOf([Type.ACK, Type.RST]), code: 0, messageId: this.oneOf(recent) });
    const message = this.below(4) === 0 ? this.#block() : this.#message();
    return kind < 5 ? this.#mutated(message) : message;
  }

  #message(): Uint8Array {
    const code = this.below(10) === 0 ? this.oneOf(CODES) : 1 + this.below(7);
    const payload = code === Code.GET || this.below(2) === 0 ? "" : LARGE.subarray(0, 16 << this.below(7));
    return encodeMessage({
      type: this.below(20) === 0 ? (this.below(4) as Type) : this.below(3) === 0 ? Type.NON : Type.CON,
      code,
      messageId: this.below(this.below(4) === 0 ? 65_536 : 300),
      token: [...this.#random.bytes(this.below(3))].map((byte) => byte & 1),
      options: code === 0 ? [] : Array.from({ length: this.below(5) }, () => this.#option()),
      payload: code === 0 ? "" : payload,
    });
  }

  /** One of the first blocks of an upload, of the right size. */
  #block(): Uint8Array {
    const szx = this.below(7);
    const value = this.below(3) * 16 + (this.below(3) > 0 ? 8 : 0) + szx;
    return encodeMessage({
      type: Type.CON,
      code: Code.PUT,
      messageId: this.below(65_536),
      options: [
        { number: OptionNumber.UriPath, value: `${this.below(3)}` },
        { number: OptionNumber.Block1, value },
      ],
      payload: LARGE.subarray(0, 16 << szx),
    });
  }

  #option(): OptionEntry {
    const number = this.oneOf(OPTION_NUMBERS);
    if (number === OptionNumber.Observe)
      return { number, value: this.below(4) === 0 ? this.below(2 ** 24) : this.below(2) };
    if (number === OptionNumber.Block1 || number === OptionNumber.Block2)
      return { number, value: this.below(4) * 16 + this.below(2) * 8 + this.below(8) };
    return { number, value: this.below(3) === 0 ? this.below(2 ** 31) : this.#random.bytes(this.below(12)) };
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice(0, this.below(3) === 0 ? this.below(bytes.length + 1) : bytes.length);
    for (let i = this.below(4); i > 0 && copy.length > 0; i--) copy[this.below(copy.length)] = this.below(256);
    return copy;
  }
}

/** A handler that does everything an application may do, and some things that it should not. */
class Application {
  readonly #chaos: Chaos;
  readonly #open: ServerExchange[] = [];
  readonly #observed: ServerExchange[] = [];

  constructor(chaos: Chaos) {
    this.#chaos = chaos;
  }

  handle(exchange: ServerExchange): void {
    const { request } = exchange;
    if (request.payload.length > 2 ** 20 || request.token.length > 300 || request.options.end < 0)
      throw new Error("nonsense");
    if (exchange.notify({ ...bare(Code.Content), payload: "0" })) this.#observed.push(exchange);
    else if (this.#chaos.below(3) > 0) this.#answer(exchange);
    else if (this.#chaos.below(4) === 0) throw new Error("application");
    else this.#open.push(exchange);
    if (this.#chaos.below(10) === 0) exchange.acknowledge();
  }

  /** Goes on with what is open. */
  work(): void {
    for (const exchange of this.#open.splice(0, this.#chaos.below(60))) this.#answer(exchange);
    for (const exchange of this.#observed.slice(-60)) this.#notify(exchange);
    this.#observed.splice(0, this.#observed.length - 60);
  }

  finish(): void {
    for (const exchange of this.#open.splice(0)) exchange.respond(content("end"));
  }

  #answer(exchange: ServerExchange): void {
    const { below } = { below: (limit: number) => this.#chaos.below(limit) };
    if (below(10) === 0) return exchange.ignore();
    if (below(4) === 0) return exchange.respond(content(LARGE));
    if (below(6) === 0) return exchange.respond(content({ read: (at, length) => this.#read(at, length) }));
    exchange.respond(content(below(2) === 0 ? "x".repeat(below(1_500)) : LARGE.subarray(0, below(900))));
  }

  #read(at: number, length: number): Uint8Array | undefined | Promise<Uint8Array> {
    const fate = this.#chaos.below(8);
    if (fate === 0) throw new Error("disk");
    if (fate === 1) return undefined;
    return fate === 2 ? Promise.reject(new Error("disk")) : Promise.resolve(LARGE.subarray(at, at + length));
  }

  #notify(exchange: ServerExchange): void {
    const code = this.#chaos.below(40) === 0 ? Code.NotFound : Code.Content;
    const payload = this.#chaos.below(4) === 0 ? LARGE : "state";
    exchange.notify({ ...bare(code), payload }, this.#chaos.oneOf([true, false, undefined]));
  }
}

function expectWithinLimits({ counters }: ServerFixture): void {
  const { observers = 0, uploadBytes = 0, uploads = 0, representationBytes = 0, peers = 0, queued = 0 } = counters;
  expect(peers).toBeLessThanOrEqual(LIMITS.peers);
  expect(observers).toBeLessThanOrEqual(LIMITS.observers);
  expect(uploadBytes).toBeLessThanOrEqual(LIMITS.bodiesBytes);
  expect(uploads).toBeLessThanOrEqual(LIMITS.bodiesPerPeer * LIMITS.peers);
  expect(representationBytes).toBeLessThanOrEqual(LIMITS.representationsBytes);
  expect(queued).toBeLessThanOrEqual(LIMITS.separateResponses + 2 * LIMITS.observers);
}

describe("the server side of an endpoint under fuzzing", () => {
  it.each([1, 2, 3, 4])(
    "throws nothing, stays within its limits, and answers a valid request afterwards (seed %d)",
    async (seed) => {
      const chaos = new Chaos(seed);
      const application = new Application(chaos);
      const server = await openServer({ limits: LIMITS, random: new SeededRandom(seed + 10) });
      const recent = [0];
      const lately: (readonly [Uint8Array, string])[] = [];
      server.transport.onSend = ({ bytes }) => {
        expect(bytes.length).toBeLessThanOrEqual(1_152 + 600);
        recent.push(((bytes[2] as number) << 8) | (bytes[3] as number));
        if (recent.length > 50) recent.shift();
      };
      server.onRequest = (exchange) => application.handle(exchange);
      for (let i = 0; i < DATAGRAMS / 4; i++) {
        const again = chaos.below(10) === 0 ? chaos.oneOf(lately) : undefined;
        const [bytes, from] = again ?? [chaos.datagram(recent), chaos.address()];
        lately[i % LATELY] = [bytes, from];
        server.transport.deliver(bytes, from, chaos.below(8) === 0);
        server.transport.pendingSends = chaos.below(2);
        if (i % STEP !== 0) continue;
        application.work();
        server.exchanges.length = 0;
        expectWithinLimits(server);
        await server.clock.advance(chaos.below(3) === 0 ? 3_000 : 50);
      }
      const { duplicates = 0, notifications = 0, malformed = 0, timedOut = 0, uploadsEvicted = 0 } = server.counters;
      const { groupConfirmables = 0, groupResponsesDropped = 0, suppressed = 0 } = server.counters;
      for (const reached of [duplicates, notifications, malformed, timedOut, uploadsEvicted])
        expect(reached).toBeGreaterThan(10);
      for (const reached of [groupConfirmables, groupResponsesDropped, suppressed]) expect(reached).toBeGreaterThan(0);
      application.finish();
      await server.clock.advance(400_000);
      server.transport.onSend = (datagram) => server.sent.push(datagram);
      server.onRequest = (exchange) => exchange.respond(content("alive"));
      expect(server.ask({ messageId: 7, token: [1, 2, 3] }, "203.0.113.9:1")).toMatchObject({
        text: "alive",
        messageId: 7,
      });
      await server.endpoint.close();
      await server.expectNoState();
    },
    30_000,
  );
});
