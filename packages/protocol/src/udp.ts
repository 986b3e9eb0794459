export { BindError } from "./udp/bind-error.js";
export { ResolveError } from "./udp/resolve-error.js";
export type { UdpTransport, UdpUnicastTransport } from "./udp/transport-interfaces.js";
export type { MulticastOptions, UdpCounters, UdpOptions, UdpWarning } from "./udp/udp-options.js";
export { udpTransport } from "./udp/udp-transport.js";
