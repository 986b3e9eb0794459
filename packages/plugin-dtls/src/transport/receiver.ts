import { BATCH_STRIDE, ClosedError, type OnBatch, type PeerId } from "@coapkit/protocol";
import { Flag } from "../native/scratch-layout.js";
import { Session, SessionState } from "../sessions/session.js";
import type { LifeParts, SessionLife } from "./session-life.js";

const HANDSHAKE_RECORD = 22;
const CONNECTION_ID_RECORD = 25;
/** Bytes of the header of a record without connection ID. RFC 6347 §4.1. */
const RECORD_HEADER_BYTES = 13;
/** Bytes of the header of a handshake message. RFC 6347 §4.2.2. */
const MESSAGE_HEADER_BYTES = 12;
/** Offset of the lower byte of the epoch. */
const EPOCH_LOW = 4;
const CLIENT_HELLO = 1;

/** Finds the session that a datagram belongs to, or lets it begin one; whatever else it is, it gets no answer. */
export class Receiver {
  readonly #parts: LifeParts;
  readonly #life: SessionLife;

  constructor(parts: LifeParts, life: SessionLife) {
    this.#parts = parts;
    this.#life = life;
  }

  readonly onBatch: OnBatch = (buffer, index, count) => {
    for (let i = 0; i < count * BATCH_STRIDE; i += BATCH_STRIDE) {
      this.#receive(buffer, index[i] as number, index[i + 1] as number, index[i + 2] as number);
    }
  };

  #receive(buffer: Uint8Array, start: number, end: number, address: PeerId): void {
    const { contexts, table } = this.#parts;
    if (buffer[start] === CONNECTION_ID_RECORD && end > start) {
      const session = table.byId(contexts.find(buffer, start, end));
      if (session !== undefined) this.#feed(session, buffer, start, end, address);
      return; // the engine counts what belongs to nobody
    }
    const handshake = table.handshakeAt(address);
    const established = table.establishedAt(address);
    if (handshake !== undefined) this.#feedBoth(handshake, established, buffer, start, end);
    else if (established === undefined || isForServer(established, buffer, start, end))
      this.#listen(buffer, start, end, address);
    else if ((this.#feed(established, buffer, start, end, address) & Flag.clientHello) !== 0)
      this.#listen(buffer, start, end, address);
  }

  #feed(session: Session, buffer: Uint8Array, start: number, end: number, address: PeerId): number {
    return this.#life.advance(session, this.#parts.engine.feed(session.id, buffer, start, end), address);
  }

  /** A peer that has started again shakes hands anew where its older session still is. RFC 6347 §4.2.8. */
  #feedBoth(handshake: Session, older: Session | undefined, buffer: Uint8Array, start: number, end: number): void {
    const { address, role } = handshake;
    const flags = this.#feed(handshake, buffer, start, end, address);
    if ((flags & Flag.clientHello) !== 0 && role === "server") return this.#listen(buffer, start, end, address);
    const isForOlder = (flags & Flag.authenticated) === 0 && buffer[start + EPOCH_LOW] !== 0;
    if (isForOlder && older?.state === SessionState.established) this.#feed(older, buffer, start, end, address);
  }

  /** Without a valid cookie the engine answers with one and keeps nothing. RFC 6347 §4.2.1. */
  #listen(buffer: Uint8Array, start: number, end: number, address: PeerId): void {
    const { addresses, contexts, counters, engine, output, settings, table } = this.#parts;
    const { server } = contexts;
    if (server === undefined || !isClientHello(buffer, start, end)) {
      counters.droppedStrangers++;
      return;
    }
    const host = addresses.addressOf(address);
    const isFull = table.handshakes >= settings.maxHandshakes || this.#life.quota.isFull(host);
    const before = table.handshakeAt(address);
    if (isFull && before === undefined) {
      counters.handshakesRefused++;
      return;
    }
    const key = Buffer.from(`${host} ${addresses.portOf(address)}`, "latin1");
    const outputEnd = engine.listen(server.id, key, buffer, start, end);
    output.readHead();
    output.sendFrames(outputEnd, address);
    const { flags, session, timeoutMs } = output;
    if ((flags & Flag.accepted) === 0) return;
    if (before !== undefined) this.#life.drop(before, new ClosedError("The peer began another handshake."));
    this.#life.begin(new Session(session, server, "server", address), timeoutMs);
  }
}

/** Whether a server that this side has called calls back with a session of its own. */
function isForServer({ role }: Session, buffer: Uint8Array, start: number, end: number): boolean {
  return role === "client" && isClientHello(buffer, start, end);
}

/** Whether a datagram begins like a ClientHello; whether it is one, the engine finds out. */
function isClientHello(buffer: Uint8Array, start: number, end: number): boolean {
  return (
    end - start > RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES &&
    buffer[start] === HANDSHAKE_RECORD &&
    buffer[start + RECORD_HEADER_BYTES] === CLIENT_HELLO
  );
}
