import type { PeerDirectory, PeerId } from "../../src/peer/peer-directory.js";
import { type Principal, PrincipalSource, principal } from "../../src/peer/principal.js";
import type { BoundAddress, OnBatch, Transport } from "../../src/ports/transport.js";
import { decodeMessage, encodeMessage, type MessageParts, type WireMessage } from "./wire.js";

/** A message that the endpoint sent in a session. */
export interface SessionMessage extends WireMessage {
  readonly session: number;
  readonly to: string;
}

/** A transport that knows its peers by sessions, which can move and end; each has a principal. */
export class SessionTransport implements Transport {
  readonly scheme = "coaps";
  readonly kind = "datagram";
  readonly keepsReceivedBytes = true;
  readonly pendingSends = 0;
  /** What was sent, and what was to be sent to peers without a session. */
  readonly sent: SessionMessage[] = [];
  unsendable = 0;
  readonly #principals = new Map<number, Principal>();
  #peers: PeerDirectory | undefined;
  #onBatch: OnBatch = () => undefined;
  #sessions = 0;

  get peers(): PeerDirectory {
    if (this.#peers === undefined) throw new Error("The transport is not open");
    return this.#peers;
  }

  async open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress> {
    this.#peers = peers;
    this.#onBatch = onBatch;
    return { scheme: this.scheme, address: "192.0.2.100", port: 5684 };
  }

  async resolve(host: string, port: number): Promise<PeerId> {
    return this.peers.internSession(this.handshake(`server ${host}`), host, port);
  }

  /** @returns the number of a new session */
  handshake(name: string): number {
    this.#sessions++;
    this.#principals.set(this.#sessions, principal(PrincipalSource.Psk, name));
    return this.#sessions;
  }

  deliver(session: number, parts: Partial<MessageParts>, from = "192.0.2.1:40000"): PeerId {
    const [host = "", port] = from.split(":");
    const peer = this.peers.internSession(session, host, Number(port));
    if (peer < 0) return peer;
    const { type = 0, code = 1, messageId = 1, token = [1], ...rest } = parts;
    const bytes = encodeMessage({ type, code, messageId, token, ...rest });
    this.#onBatch(bytes, Int32Array.of(0, bytes.length, peer), 1);
    return peer;
  }

  principalOf(peer: PeerId): Principal | undefined {
    return this.#principals.get(this.peers.sessionOf(peer));
  }

  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void {
    const session = this.peers.sessionOf(peer);
    if (session === 0) {
      this.unsendable++;
      return;
    }
    const to = `${this.peers.addressOf(peer)}:${this.peers.portOf(peer)}`;
    this.sent.push({ ...decodeMessage(buffer.slice(start, end)), session, to });
  }

  async close(): Promise<void> {
    this.#onBatch = () => undefined;
  }
}
