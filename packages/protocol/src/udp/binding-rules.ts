import type { UdpOptions } from "./udp-options.js";

/** What a binding depends on besides its options. */
export interface Surroundings {
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
  /** Whether this process is a worker of `node:cluster`. */
  readonly isClusterWorker: boolean;
}

/** Why options must not be bound, or `undefined`: what the system would accept and then do wrong. */
export function refusalOf(options: UdpOptions, { nodeVersion, isClusterWorker }: Surroundings): string | undefined {
  const { port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return "a port is a whole number from 0 to 65535";
  if (options.reusePort === true && !knowsReusePort(nodeVersion)) {
    return `reusePort needs Node 22.12 or newer, and this is ${nodeVersion}; update Node, or run one process for each port`;
  }
  if (options.reusePort === true && options.multicast !== undefined) {
    return "multicast and reusePort exclude each other, as each process would answer; receive groups in a process of its own";
  }
  if (isClusterWorker && options.reusePort !== true && port !== 0) {
    return "workers of a cluster would share the socket and lose what they know of each peer; set reusePort (Node 22.12)";
  }
  return undefined;
}

function knowsReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}
