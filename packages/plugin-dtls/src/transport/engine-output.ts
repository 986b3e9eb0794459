import { BATCH_STRIDE, type OnBatch, type PeerId, type Transport } from "@coapkit/protocol";
import { EndReason, FrameKind, Scratch } from "../native/scratch-layout.js";

const SCRATCH_BYTES = 262_144;
const INBOX = SCRATCH_BYTES;
/** More than the plaintext of the largest datagram. */
const INBOX_BYTES = 65_536;
const OUTBOX = INBOX + INBOX_BYTES;
const OUTBOX_BYTES = 262_144;
/** More than the records of the largest datagram: each has 29 bytes at least. */
const MAX_RECORDS = 2_304;

/**
 * What the engine's calls leave in the scratch buffer, which the next call overwrites: therefore plaintext is moved to an
 * inbox before anybody reads it, and datagrams to an outbox, from which the socket may read them later. All three are parts of
 * one piece of memory, so that a record costs no object.
 */
export class EngineOutput {
  readonly scratch: Uint8Array;
  flags = 0;
  timeoutMs = 0;
  session = 0;
  endReason: EndReason = EndReason.none;
  alert = 0;
  /** Plaintexts that wait for {@link deliver}. */
  plaintexts = 0;
  /** Identity that a client claims, with `Flag.keyNeeded`. */
  pskIdentity: Uint8Array | undefined;
  /** Datagrams that were not sent, as the socket was behind. */
  droppedSends = 0;
  readonly #memory = new Uint8Array(OUTBOX + OUTBOX_BYTES);
  readonly #view = new DataView(this.#memory.buffer);
  readonly #index = new Int32Array(MAX_RECORDS * BATCH_STRIDE);
  readonly #socket: Pick<Transport, "send" | "pendingSends">;
  readonly #onBatch: OnBatch;
  #inboxEnd = INBOX;
  #outboxEnd = OUTBOX;

  constructor(socket: Pick<Transport, "send" | "pendingSends">, onBatch: OnBatch) {
    this.scratch = this.#memory.subarray(0, SCRATCH_BYTES);
    this.#socket = socket;
    this.#onBatch = onBatch;
  }

  /** Flags of the last call, also while plaintext is being delivered. */
  get currentFlags(): number {
    return this.#view.getUint32(Scratch.flags, true);
  }

  /** Takes over what the last call says about its session. */
  readHead(): void {
    const view = this.#view;
    this.flags = view.getUint32(Scratch.flags, true);
    this.timeoutMs = view.getUint32(Scratch.timeoutMs, true);
    this.session = view.getUint32(Scratch.session, true);
    this.endReason = view.getUint8(Scratch.endReason) as EndReason;
    this.alert = view.getUint8(Scratch.alert);
  }

  /** Sends the datagrams up to `end`, and takes over plaintext and identity. Not while plaintext is being delivered. */
  readFrames(end: number, address: PeerId): void {
    this.plaintexts = 0;
    this.#inboxEnd = INBOX;
    this.pskIdentity = undefined;
    for (let at: number = Scratch.firstFrame; at < end; at = this.#endOf(at)) {
      const kind = this.#memory[at];
      const start = at + Scratch.frameHead;
      if (kind === FrameKind.datagram) this.#send(address, start, this.#endOf(at));
      else if (kind === FrameKind.plaintext) this.#keep(start, this.#endOf(at));
      else if (kind === FrameKind.pskIdentity) this.pskIdentity = this.#memory.slice(start, this.#endOf(at));
    }
  }

  /** Sends the datagrams up to `end`; may be called while plaintext is being delivered. */
  sendFrames(end: number, address: PeerId): void {
    for (let at: number = Scratch.firstFrame; at < end; at = this.#endOf(at)) {
      if (this.#memory[at] === FrameKind.datagram) this.#send(address, at + Scratch.frameHead, this.#endOf(at));
    }
  }

  /** Hands the plaintexts on as datagrams of a peer, in order. */
  deliver(peer: PeerId): void {
    const count = this.plaintexts;
    this.plaintexts = 0;
    for (let i = 0; i < count; i++) this.#index[i * BATCH_STRIDE + 2] = peer;
    this.#onBatch(this.#memory, this.#index, count);
  }

  #endOf(frame: number): number {
    return frame + Scratch.frameHead + this.#view.getUint16(frame + 2, true);
  }

  #keep(start: number, end: number): void {
    const at = this.plaintexts++ * BATCH_STRIDE;
    this.#memory.copyWithin(this.#inboxEnd, start, end);
    this.#index[at] = this.#inboxEnd;
    this.#inboxEnd += end - start;
    this.#index[at + 1] = this.#inboxEnd;
  }

  /** The socket reads what it cannot send at once later: a full outbox loses datagrams, but never mixes them up. */
  #send(address: PeerId, start: number, end: number): void {
    if (this.#socket.pendingSends === 0) this.#outboxEnd = OUTBOX;
    const from = this.#outboxEnd;
    const to = from + end - start;
    if (to > this.#memory.length) {
      this.droppedSends++;
      return;
    }
    this.#memory.copyWithin(from, start, end);
    this.#outboxEnd = to;
    this.#socket.send(address, this.#memory, from, to);
  }
}
