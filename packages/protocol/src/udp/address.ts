import { isIpv4, isIpv6 } from "../uri/ip-literal.js";
import { networkInterfaces, SocketAddress } from "./node.js";

const MAPPED_PREFIX = "::ffff:";

/** Address as peers are filed by: an IPv4-mapped one (RFC 4291 §2.5.5.2) as IPv4, whichever socket it came in by. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED_PREFIX) && address.includes(".") ? address.slice(MAPPED_PREFIX.length) : address;
}

/** Address as an IPv6 socket takes it. */
export function mapped(address: string): string {
  return address.includes(":") ? address : MAPPED_PREFIX + address;
}

/** True for an IPv4 or IPv6 address, the latter without brackets. */
export function isAddress(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

/** An address in the text form in which sockets report it, so that it names the same peer. RFC 5952. */
export function canonicalAddress(address: string): string {
  if (isIpv4(address)) return address;
  const [bare = "", zone] = address.split("%");
  const text = unmapped(new SocketAddress({ address: bare, family: "ipv6" }).address);
  return zone === undefined ? text : `${text}%${zoneName(zone)}`;
}

/** True for the addresses that stand for every interface. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** Name of the interface that a zone gives by its number; sockets report names. */
function zoneName(zone: string): string {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((entry) => entry.family === "IPv6" && String(entry.scopeid) === zone)) return name;
  }
  return zone;
}
