import { BlockList, isIP } from "node:net";
import type { BoundAddress } from "../ports/engine.js";

const WILDCARDS: ReadonlySet<string> = new Set(["::", "0.0.0.0"]);
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * Whether a socket that listens there can send to a host. What is bound to a loopback address reaches that interface
 * only, what is bound to another one reaches no loopback address, and a name may stand for anything.
 */
export function canReach({ address }: BoundAddress, host: string): boolean {
  const family = isIP(host);
  if (WILDCARDS.has(address)) return address === "::" || family === 4;
  return family === isIP(address) && family !== 0 && isLoopback(host) === isLoopback(address);
}

function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
