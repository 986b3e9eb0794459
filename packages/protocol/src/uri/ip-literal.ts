const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** True for an IPv4 address in dotted decimal form. RFC 3986 §3.2.2. */
export function isIpv4(host: string): boolean {
  return IPV4.test(host);
}

/** True for an IPv6 address, without brackets, with or without a zone such as `%eth0`. RFC 3986 §3.2.2, RFC 6874. */
export function isIpv6(host: string): boolean {
  const zoneAt = host.indexOf("%");
  if (zoneAt === host.length - 1) return false;
  const address = zoneAt < 0 ? host : host.slice(0, zoneAt);
  if (address.length > 45 || !address.includes(":")) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const before = countGroups(halves[0] as string, halves.length === 1);
  if (halves.length === 1) return before === 8;
  return before + countGroups(halves[1] as string, true) <= 7;
}

/** Number of 16-bit groups, an IPv4 tail being two; more than 8 when a group is malformed. */
function countGroups(text: string, mayEndInIpv4: boolean): number {
  if (text === "") return 0;
  const groups = text.split(":");
  const last = groups.at(-1) as string;
  const hasTail = mayEndInIpv4 && isIpv4(last);
  if (hasTail) groups.pop();
  if (!groups.every((group) => GROUP.test(group))) return 9;
  return groups.length + (hasTail ? 2 : 0);
}
