import { BATCH_STRIDE, type OnBatch, type PeerId } from "@coapkit/protocol";
import { Flag } from "../native/scratch-layout.js";
import { type HandshakeObserver, Session } from "../sessions/session.js";
import { isClientHello, randomOf } from "./client-hello.js";
import { DtlsHandshakeYieldedError } from "./handshake-error.js";
import type { LifeParts, SessionLife } from "./session-life.js";

const CONNECTION_ID_RECORD = 25;
/** Offset of the lower byte of the epoch. */
const EPOCH_LOW = 4;

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
    const caller = table.callerAt(address);
    const handshake = table.handshakeAt(address);
    const called = table.calledAt(address);
    if (handshake !== undefined) this.#feedHandshake(handshake, buffer, start, end);
    else if (called !== undefined) this.#feedCalled(called, buffer, start, end);
    else if (caller === undefined || (this.#feed(caller, buffer, start, end, address) & Flag.clientHello) !== 0)
      this.#listen(buffer, start, end, address);
  }

  #feed(session: Session, buffer: Uint8Array, start: number, end: number, address: PeerId): number {
    return this.#life.advance(session, this.#parts.engine.feed(session.id, buffer, start, end), address);
  }

  /** Whom this side has called may begin a session of its own, which then shares the address. */
  #feedCalled(called: Session, buffer: Uint8Array, start: number, end: number): void {
    const { address } = called;
    if (isClientHello(buffer, start, end)) return this.#listen(buffer, start, end, address);
    const flags = this.#feed(called, buffer, start, end, address);
    const caller = this.#parts.table.callerAt(address);
    if ((flags & Flag.authenticated) === 0 && caller !== undefined) this.#feed(caller, buffer, start, end, address);
  }

  /** A peer that has started again shakes hands anew where its older session still is. RFC 6347 §4.2.8. */
  #feedHandshake(handshake: Session, buffer: Uint8Array, start: number, end: number): void {
    const { table } = this.#parts;
    const { address, role } = handshake;
    if (role === "client" && isClientHello(buffer, start, end)) return this.#listen(buffer, start, end, address);
    const flags = this.#feed(handshake, buffer, start, end, address);
    if ((flags & Flag.clientHello) !== 0) return this.#listen(buffer, start, end, address);
    if ((flags & Flag.authenticated) !== 0 || buffer[start + EPOCH_LOW] === 0) return;
    for (const older of [table.calledAt(address), table.callerAt(address)]) {
      if (older === undefined || older === handshake) continue;
      if ((this.#feed(older, buffer, start, end, address) & Flag.authenticated) !== 0) return;
    }
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
    const { flags, session, timeoutMs } = output;
    const isAccepted = (flags & Flag.accepted) !== 0;
    if (isAccepted && before !== undefined && !givesWay(before, buffer, start)) return engine.free(session);
    output.sendFrames(outputEnd, address);
    if (!isAccepted) return;
    const observer = before && this.#giveWay(before);
    const accepted = new Session(session, server, "server", address);
    accepted.observer = observer;
    this.#life.begin(accepted, timeoutMs);
  }

  /** @returns what tells those that wait for the older handshake to try again, when the newer one is over */
  #giveWay(before: Session): HandshakeObserver | undefined {
    const { observer } = before;
    before.observer = undefined;
    this.#life.drop(before, () => new DtlsHandshakeYieldedError());
    if (observer === undefined) return undefined;
    const again = (): void => observer.onFailed(new DtlsHandshakeYieldedError());
    return { onEstablished: again, onFailed: again };
  }
}

/** A client that begins anew goes first; of two sides that have called each other at a time the one with the greater random. */
function givesWay({ clientRandom }: Session, buffer: Uint8Array, start: number): boolean {
  return clientRandom === undefined || Buffer.compare(clientRandom, randomOf(buffer, start)) < 0;
}
