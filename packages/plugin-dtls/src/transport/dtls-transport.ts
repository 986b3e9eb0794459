import {
  type BoundAddress,
  ClosedError,
  NO_PEER,
  type OnBatch,
  type PeerDirectory,
  type PeerId,
  type Principal,
  type Transport,
} from "@coapkit/protocol";
import { ResolveError } from "@coapkit/protocol/udp";
import type { Credentials } from "../credentials/credentials.js";
import { wrong } from "../credentials/pem.js";
import { type DtlsTransportParts, OpenTransport } from "./open-transport.js";

/** `coaps://` over one socket: sessions that others begin, and those of this side's requests. RFC 7252 §9.1. */
export class DtlsTransport implements Transport {
  readonly scheme = "coaps";
  readonly kind = "datagram";
  /** Plaintext is in memory that the next record overwrites. */
  readonly keepsReceivedBytes = false;
  /** What is sent is sealed at once. */
  readonly pendingSends = 0;
  readonly #parts: DtlsTransportParts;
  readonly #onClose: () => void;
  #credentials: Credentials;
  #open: OpenTransport | undefined;
  #isUsed = false;
  #closing: Promise<void> | undefined;

  constructor(parts: DtlsTransportParts, onClose: () => void = () => undefined) {
    this.#parts = parts;
    this.#credentials = parts.credentials;
    this.#onClose = onClose;
  }

  /** Totals and levels; empty while it is not open. */
  get counters(): Readonly<Record<string, number>> {
    return this.#open?.counters ?? {};
  }

  /**
   * @throws DtlsUnavailableError where there is no engine; ConfigError for credentials that are missing or refused;
   * NetworkError when the address cannot be bound
   */
  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    const { role, socket } = this.#parts;
    if (this.#isUsed || this.#closing !== undefined)
      throw new ClosedError("A DTLS transport opens once; make another one.");
    this.#isUsed = true;
    if (role === "server" && this.#credentials.server === undefined)
      throw wrong("psk", "is missing, as are certificate and rawPublicKeys: a server needs one of them to listen");
    const open = new OpenTransport({ ...this.#parts, credentials: this.#credentials }, peers, onBatch);
    this.#open = open;
    try {
      return { ...(await socket.open(open.addresses, open.onBatch)), scheme: this.scheme };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Number of the peer at a host, with which there is a session then. @throws NetworkError, also of the handshake */
  async resolve(host: string, port: number): Promise<PeerId> {
    const open = this.#opened();
    const peer = await open.resolve(host, await this.#parts.socket.resolve(host, port));
    if (peer !== NO_PEER) return peer;
    throw new ResolveError(`There is no room for ${host}: all peers are in use; allow more of them.`);
  }

  principalOf(peer: PeerId): Principal | undefined {
    return this.#open?.principalOf(peer);
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    this.#open?.send(peer, buffer, start, end);
  }

  /** Takes credentials for handshakes from here on. @throws ConfigError */
  use(credentials: Credentials): void {
    this.#open?.use(credentials);
    this.#credentials = credentials;
  }

  /** Ends the sessions of some peers. @returns how many */
  endSessions(isMeant: (principal: Principal | undefined) => boolean): number {
    return this.#open?.endSessions(isMeant) ?? 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #opened(): OpenTransport {
    if (this.#open === undefined || this.#closing !== undefined)
      throw new ClosedError("The DTLS transport is not open; open it before use.");
    return this.#open;
  }

  async #close(): Promise<void> {
    this.#open?.close();
    this.#onClose();
    this.#open = undefined;
    await this.#parts.socket.close();
  }
}
