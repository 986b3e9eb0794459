import type { PeerDirectory } from "../peer/peer-directory.js";
import type { BoundAddress, Transport } from "../ports/transport.js";
import type { Socket, SocketType } from "./node.js";
import type { UdpCounters } from "./udp-options.js";

/** A transport over UDP. RFC 7252 §3. */
export interface UdpTransport extends Transport {
  /** Whether what it receives was sent to a group, so that the rules of RFC 7252 §8 apply to it. */
  readonly isMulticast: boolean;
  readonly counters: UdpCounters;
}

/** A UDP transport for what is sent to its own address. */
export interface UdpUnicastTransport extends UdpTransport {
  readonly isMulticast: false;
  /**
   * Receives what is sent to groups, where `UdpOptions.multicast` asks for it: open it after this one, with the same
   * directory. It sends from this one's address, as replies must (RFC 7252 §8.2), and closes with it.
   */
  readonly multicast: UdpTransport | undefined;
}

/** An open socket and what belongs to it. */
export interface OpenSocket {
  readonly socket: Socket;
  readonly type: SocketType;
  readonly peers: PeerDirectory;
  readonly bound: BoundAddress;
}

/** What the sockets of groups know of the socket that they send from. */
export interface SendingSocket extends Pick<Transport, "pendingSends" | "resolve" | "send"> {
  /** @throws ClosedError while it is not open */
  readonly opened: OpenSocket;
}
