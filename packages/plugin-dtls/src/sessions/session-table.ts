import type { PeerDirectory, PeerId } from "@coapkit/protocol";
import type { DtlsSessionId } from "../native/dtls-engine.js";
import { type Session, SessionState } from "./session.js";

/**
 * The sessions of a transport, found by the engine's number, by the endpoint's, and by address. By an address at most three are
 * found: an established one that it has begun, one that this side has begun, and a handshake. Sessions keep their address
 * from being forgotten.
 */
export class SessionTable {
  readonly #addresses: PeerDirectory;
  readonly #byId = new Map<DtlsSessionId, Session>();
  readonly #bySerial = new Map<number, Session>();
  /** Established ones by who has begun them, then by address. */
  readonly #established: Readonly<Record<Session["role"], (Session | undefined)[]>> = { server: [], client: [] };
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

  /** The established session that an address has begun. */
  callerAt(address: PeerId): Session | undefined {
    return this.#established.server[address];
  }

  /** The established session that this side has begun with an address. */
  calledAt(address: PeerId): Session | undefined {
    return this.#established.client[address];
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

  /** Files a session as established, with a serial number. @returns the one that was found in its place before */
  establish(session: Session): Session | undefined {
    const { address, role } = session;
    const before = this.#established[role][address];
    if (this.#handshakeAt[address] === session) this.#handshakeAt[address] = undefined;
    this.#established[role][address] = session;
    session.state = SessionState.established;
    session.serial = ++this.#lastSerial;
    this.#bySerial.set(session.serial, session);
    return before;
  }

  /** Gives an established session another address; one that is found by that address alone stays so. */
  move(session: Session, address: PeerId): void {
    const established = this.#established[session.role];
    if (established[session.address] === session) established[session.address] = undefined;
    if (established[address]?.hasConnectionId ?? true) established[address] = session;
    this.#addresses.pin(address);
    this.#addresses.unpin(session.address);
    session.address = address;
  }

  remove(session: Session): void {
    const { address, role } = session;
    this.#byId.delete(session.id);
    this.#bySerial.delete(session.serial);
    if (this.#handshakeAt[address] === session) this.#handshakeAt[address] = undefined;
    if (this.#established[role][address] === session) this.#established[role][address] = undefined;
    this.#addresses.unpin(address);
  }
}
