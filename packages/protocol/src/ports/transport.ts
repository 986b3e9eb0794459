import type { PeerDirectory, PeerId } from "../peer/peer-directory.js";
import type { Principal } from "../peer/principal.js";
import type { CoapScheme } from "../uri/coap-uri.js";

/** Where a transport really listens. */
export interface BoundAddress {
  readonly scheme: string;
  /** Text form, without brackets. */
  readonly address: string;
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
}

/** Numbers per datagram in a batch's index: where it starts, where it ends, the peer it came from. */
export const BATCH_STRIDE = 3;

/**
 * Takes received datagrams: number `i` is `buffer[index[3i], index[3i + 1])` from peer `index[3i + 2]`. It must not throw.
 */
export type OnBatch = (buffer: Uint8Array, index: Int32Array, count: number) => void;

/** What an endpoint knows of a socket; it knows no CoAP. Batch-first: node:dgram is a batch of one. */
export interface Transport {
  readonly scheme: CoapScheme;
  readonly kind: "datagram" | "stream" | "message";
  /** Whether bytes handed to `onBatch` stay as they are after it returns; else whoever needs them longer copies them. */
  readonly keepsReceivedBytes: boolean;
  /** Datagrams whose bytes the transport still reads: while it is not 0 no memory given to `send` may be written. */
  readonly pendingSends: number;
  /** Whether what it receives was sent to a group, so that the rules of RFC 7252 §8 apply to it. @defaultValue false */
  readonly isMulticast?: boolean;
  /**
   * Receives what is sent to groups: opened after this one, with the same directory; it sends from this one's address, as
   * replies must (RFC 7252 §8.2), and closes with it. @defaultValue none
   */
  readonly multicast?: Transport | undefined;
  /**
   * Starts receiving.
   * @param peers where addresses get their numbers
   * @throws NetworkError when the address cannot be bound
   */
  open(peers: PeerDirectory, onBatch: OnBatch): Promise<BoundAddress>;
  /** Number of the peer at a host and port, after looking the name up. @throws NetworkError when the name is unknown */
  resolve(host: string, port: number): Promise<PeerId>;
  /** Sends `buffer[start, end)` without copying it; errors are counted, not thrown: a datagram may be lost anyway. */
  send(peer: PeerId, buffer: Uint8Array, start: number, end: number): void;
  /**
   * Who a peer is, as far as the transport has verified it: the same object each time, frozen. Asked when somebody reads
   * `RemotePeer.principal`, and once more while `PeerDirectory.endSession` ends the peer's session. @defaultValue nobody
   */
  principalOf?(peer: PeerId): Principal | undefined;
  /** Stops receiving and lets the socket go. */
  close(): Promise<void>;
}
