import { isIpv4 } from "../uri/ip-literal.js";
import { canonicalAddress, isWildcard } from "./address.js";
import type { NetworkInterfaceInfo, SocketType } from "./node.js";
import type { MulticastOptions } from "./udp-options.js";

/** All CoAP Nodes: IPv4, link-local and site-local IPv6. RFC 7252 §12.8. */
const ALL_COAP_NODES = ["224.0.1.187", "ff02::fd", "ff05::fd"] as const;

/** Groups whose scope ends at an interface are bound to one. RFC 4291 §2.7. */
const NEEDS_ZONE = /^ff[0-9a-f][12]:/i;

/** Interfaces by name, as `node:os` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** A socket that receives what is sent to one group, and nothing else: it is bound to the group's address. */
export interface GroupSocketPlan {
  readonly type: SocketType;
  readonly group: string;
  /** The group's address, with a zone where it needs one. */
  readonly address: string;
  /** Interfaces to join on, in the form that `addMembership` takes. */
  readonly interfaces: readonly string[];
}

/** Sockets for the groups of a transport that is bound to `boundAddress`; an empty list where no interface fits. */
export function planGroupSockets(
  options: MulticastOptions,
  boundAddress: string,
  interfaces: Interfaces,
): readonly GroupSocketPlan[] {
  const groups = options.groups ?? ALL_COAP_NODES.filter((group) => canReceive(boundAddress, group));
  const names = namesOf(options.interface, boundAddress, interfaces);
  return groups.flatMap((group) =>
    isIpv4(group) ? planIpv4(group, names, interfaces) : planIpv6(group, names, interfaces),
  );
}

/** Whether replies to a group's requests can be sent from an address. */
export function canReceive(boundAddress: string, group: string): boolean {
  return boundAddress === "::" || isIpv4(boundAddress) === isIpv4(group);
}

function planIpv4(group: string, names: readonly string[], interfaces: Interfaces): readonly GroupSocketPlan[] {
  const addresses = names.flatMap((name) => addressesOf(interfaces, name, "IPv4").slice(0, 1));
  return addresses.length === 0 ? [] : [{ type: "udp4", group, address: group, interfaces: addresses }];
}

function planIpv6(group: string, names: readonly string[], interfaces: Interfaces): readonly GroupSocketPlan[] {
  const able = names.filter((name) => addressesOf(interfaces, name, "IPv6").length > 0);
  if (able.length === 0) return [];
  if (!NEEDS_ZONE.test(group)) return [{ type: "udp6", group, address: group, interfaces: able.map(toZone) }];
  return able.map((name) => ({ type: "udp6", group, address: `${group}%${name}`, interfaces: [toZone(name)] }));
}

function toZone(name: string): string {
  return `::%${name}`;
}

function namesOf(chosen: string | undefined, boundAddress: string, interfaces: Interfaces): readonly string[] {
  const names = Object.keys(interfaces);
  if (chosen !== undefined) return names.filter((name) => name === chosen);
  if (!isWildcard(boundAddress)) return names.filter((name) => hasAddress(interfaces[name], boundAddress));
  return names.filter((name) => interfaces[name]?.some(({ internal }) => !internal));
}

function hasAddress(entries: readonly NetworkInterfaceInfo[] | undefined, boundAddress: string): boolean {
  const [bare] = boundAddress.split("%");
  return entries?.some(({ address }) => canonicalAddress(address) === bare) ?? false;
}

function addressesOf(interfaces: Interfaces, name: string, family: "IPv4" | "IPv6"): readonly string[] {
  return (interfaces[name] ?? []).filter((entry) => entry.family === family).map(({ address }) => address);
}
