import type { UdpUnicastTransport } from "./transport-interfaces.js";
import type { UdpOptions } from "./udp-options.js";
import { UnicastSocket } from "./unicast-socket.js";

/**
 * UDP over `node:dgram`. Nothing is bound before `open`, which throws `COAPKIT_ERR_BIND`. Received bytes stay as they are.
 *
 * Node reports few failures of a send; `sendErrors` counts those that are known. Requests that another program's or the
 * system's own groups (such as 224.0.0.1) bring to a wildcard address are taken for unicast ones: Node does not tell a
 * datagram's destination.
 */
export function udpTransport(options: UdpOptions = {}): UdpUnicastTransport {
  return new UnicastSocket(options);
}
