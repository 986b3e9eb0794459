export { BindError } from "./udp/bind-error.js";
export type { MulticastOptions, UdpCounters, UdpOptions, UdpWarning } from "./udp/udp-options.js";
export { udpTransport } from "./udp/udp-transport.js";
