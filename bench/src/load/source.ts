import type { Channel, Connect } from "../wire/channel.js";
import {
  encodeAcknowledgement,
  encodeRequest,
  type RequestType,
  SEQUENCES,
  sequenceOf,
  sourceOf,
  stampRequest,
  tokenOf,
} from "./message.js";
import { type ReplyCheck, Verdict } from "./reply-check.js";
import type { Tally } from "./tally.js";

/** What all sources of a run share. */
export interface SourceParts {
  /** Makes the channel to the server. */
  readonly connect: Connect;
  readonly type: RequestType;
  readonly path: string;
  /** Requests that wait for their reply at a time. */
  readonly outstanding: number;
  readonly check: ReplyCheck;
  readonly tally: Tally;
}

/** One request at a time, with a buffer of its own: `send` copies nothing. */
interface Slot {
  readonly request: Buffer;
  sequence: number;
  sentMs: number;
}

/** RFC 7252 §4.8. */
const ACK_RANDOM_FACTOR = 1.5;
/** Its multiples modulo 1 spread evenly however many there are. */
const GOLDEN_RATIO = 0.618_033_988_75;
const EMPTY_ACK = 0x60;
const TOKEN_LENGTH_MASK = 0x0f;
const UNCONNECTED: Channel = { send: () => undefined, close: () => undefined };

/** One source port that keeps a fixed number of requests outstanding. */
export class Source {
  readonly #parts: SourceParts;
  readonly #index: number;
  readonly #slots: Slot[];
  /** Sequence numbers in use: a multiple of the slots, so that a number names its slot. */
  readonly #sequences: number;
  /** What its time-outs are multiplied with, 1 to 1.5, so that losses of many sources are not resent as another burst. */
  readonly #patience: number;
  #channel = UNCONNECTED;
  #isRunning = false;

  /** @param index number of the source within its run, part of every token */
  constructor(index: number, parts: SourceParts) {
    this.#index = index;
    this.#parts = parts;
    this.#patience = 1 + ((index * GOLDEN_RATIO) % 1) * (ACK_RANDOM_FACTOR - 1);
    this.#sequences = SEQUENCES - (SEQUENCES % parts.outstanding);
    this.#slots = Array.from({ length: parts.outstanding }, (_, slot) => ({
      request: encodeRequest(parts.type, parts.path),
      sequence: slot,
      sentMs: 0,
    }));
  }

  /** Connects. */
  async open(): Promise<void> {
    this.#channel = await this.#parts.connect((reply) => this.#receive(reply));
  }

  /** Sends the first request of every slot. */
  start(): void {
    this.#isRunning = true;
    for (const slot of this.#slots) this.#send(slot, performance.now());
  }

  /** Sends again what has waited for `timeoutMs` to 1.5 times that, with the same message ID and token. RFC 7252 §4.2. */
  resend(nowMs: number, timeoutMs: number): void {
    if (!this.#isRunning) return;
    for (const slot of this.#slots) {
      if (nowMs - slot.sentMs < timeoutMs * this.#patience) continue;
      this.#parts.tally.lost++;
      slot.sentMs = nowMs;
      this.#channel.send(slot.request);
    }
  }

  /** Sends nothing new; replies are not counted any more. */
  stop(): void {
    this.#isRunning = false;
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  #receive(reply: Uint8Array): void {
    if (!this.#isRunning) return;
    const nowMs = performance.now();
    const { tally, check } = this.#parts;
    if (((reply[0] as number) & TOKEN_LENGTH_MASK) === 0) {
      if (reply[0] !== EMPTY_ACK) tally.wrong++; // an empty ACK announces a separate response, RFC 7252 §5.2.2
      return;
    }
    const token = tokenOf(reply);
    const sequence = sequenceOf(token);
    const slot = this.#slots[sequence % this.#slots.length] as Slot;
    if (sourceOf(token) !== this.#index) {
      tally.wrong++;
      return;
    }
    if (sequence !== slot.sequence) {
      tally.stale++;
      return;
    }
    const verdict = check(reply, slot.request);
    if (verdict === Verdict.right) tally.latency.record(nowMs - slot.sentMs);
    else this.#receiveUnusual(verdict, reply, nowMs - slot.sentMs);
    slot.sequence = (sequence + this.#slots.length) % this.#sequences;
    this.#send(slot, nowMs);
  }

  #receiveUnusual(verdict: Verdict, reply: Uint8Array, latencyMs: number): void {
    const { tally } = this.#parts;
    if (verdict === Verdict.wrong) {
      tally.wrong++;
      return;
    }
    tally.separate++;
    tally.latency.record(latencyMs);
    this.#channel.send(encodeAcknowledgement(reply));
  }

  #send(slot: Slot, nowMs: number): void {
    stampRequest(slot.request, this.#index, slot.sequence);
    slot.sentMs = nowMs;
    this.#channel.send(slot.request);
  }
}
