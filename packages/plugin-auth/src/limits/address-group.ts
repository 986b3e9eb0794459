import { isIPv6 } from "node:net";

/** Groups of an IPv6 address that make up what one site has at least: a /64. RFC 4291 §2.5.4. */
const SITE_GROUPS = 4;

/** The addresses that count as one: an IPv4 address, or the /64 of an IPv6 address, of which one host may have all. */
export function addressGroup(address: string): string {
  const withoutZone = address.split("%", 1)[0] as string;
  if (!isIPv6(withoutZone)) return address;
  if (withoutZone.startsWith("::ffff:") && withoutZone.includes(".")) return withoutZone.slice("::ffff:".length);
  return `${expand(withoutZone).slice(0, SITE_GROUPS).join(":")}::/64`;
}

function expand(address: string): readonly string[] {
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
