import type { PeerDirectory, PeerId } from "@coapkit/protocol";
import type { DtlsSessionId } from "../native/dtls-engine.js";
import { type Session, SessionState } from "./session.js";

/**
 * The sessions of a transport, found by the engine's number, by the endpoint's, and by address. An address has at most one
 * established session that is found by it, and one handshake. Sessions keep their address from being forgotten.
 */
export class SessionTable {
  readonly #addresses: PeerDirectory;
  readonly #byId = new Map<DtlsSessionId, Session>();
  readonly #bySerial = new Map<number, Session>();
  readonly #establishedAt: (Session | undefined)[] = [];
  readonly #handshakeAt: (Session | undefined)[] = [];
  #lastSerial = 0;

  /** @param addresses those of the socket below */
  constructor(addresses: PeerDirectory) {
    this.#addresses = addresses;
  }

  get established(): number {
    return this.#bySerial.size;
  }

  get handshakes(): number {
    return this.#byId.size - this.#bySerial.size;
  }

  byId(id: DtlsSessionId): Session | undefined {
    return this.#byId.get(id);
  }

  bySerial(serial: number): Session | undefined {
    return this.#bySerial.get(serial);
  }

  establishedAt(address: PeerId): Session | undefined {
    return this.#establishedAt[address];
  }

  handshakeAt(address: PeerId): Session | undefined {
    return this.#handshakeAt[address];
  }

  all(): Session[] {
    return [...this.#byId.values()];
  }

  /** Adds a session whose handshake begins; its address has no other handshake. */
  add(session: Session): void {
    this.#byId.set(session.id, session);
    this.#handshakeAt[session.address] = session;
    this.#addresses.pin(session.address);
  }

  /** Files a session as established, with a serial number. @returns the one that was found at its address before */
  establish(session: Session): Session | undefined {
    const { address } = session;
    const before = this.#establishedAt[address];
    if (this.#handshakeAt[address] === session) this.#handshakeAt[address] = undefined;
    this.#establishedAt[address] = session;
    session.state = SessionState.established;
    session.serial = ++this.#lastSerial;
    this.#bySerial.set(session.serial, session);
    return before;
  }

  /** Gives an established session another address; one that is found by that address alone stays so. */
  move(session: Session, address: PeerId): void {
    if (this.#establishedAt[session.address] === session) this.#establishedAt[session.address] = undefined;
    if (this.#establishedAt[address]?.hasConnectionId ?? true) this.#establishedAt[address] = session;
    this.#addresses.pin(address);
    this.#addresses.unpin(session.address);
    session.address = address;
  }

  remove(session: Session): void {
    const { address } = session;
    this.#byId.delete(session.id);
    this.#bySerial.delete(session.serial);
    if (this.#handshakeAt[address] === session) this.#handshakeAt[address] = undefined;
    if (this.#establishedAt[address] === session) this.#establishedAt[address] = undefined;
    this.#addresses.unpin(address);
  }
}
