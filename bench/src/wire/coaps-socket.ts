import { BATCH_STRIDE, PeerDirectory, type PeerId, type Transport } from "@coapkit/protocol";
import type { Address } from "../servers/ask.js";

/** More than there are sessions of one socket. */
const PEERS = 64;

/** A source port that can have a DTLS session with each address. */
export class CoapsSocket {
  readonly #transport: Transport;
  /** Gets what comes over a session; its bytes are valid until it returns. */
  onMessage: (session: PeerId, message: Uint8Array) => void = () => undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async open(): Promise<void> {
    const peers = new PeerDirectory(PEERS, () => undefined);
    await this.#transport.open(peers, (buffer, index, count) => this.#receive(buffer, index, count));
  }

  /** A session with a server: the one that there is, else a handshake. @throws NetworkError */
  session({ host, port }: Address): Promise<PeerId> {
    return this.#transport.resolve(host, port);
  }

  /** Sends a message over a session; it is sealed at once. */
  send(session: PeerId, message: Uint8Array): void {
    this.#transport.send(session, message, 0, message.length);
  }

  /** Ends its sessions, and tells their servers. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #receive(buffer: Uint8Array, index: Int32Array, count: number): void {
    for (let at = 0; at < count * BATCH_STRIDE; at += BATCH_STRIDE)
      this.onMessage(index[at + 2] as PeerId, buffer.subarray(index[at], index[at + 1]));
  }
}
