import { canonicalAddress, isAddress, isWildcard } from "./address.js";
import { systemCodeOf } from "./bind-error.js";
import { lookup, type SocketType } from "./node.js";
import { ResolveError } from "./resolve-error.js";

/** The bound address decides which families can be sent to. */
export interface Reach {
  readonly type: SocketType;
  readonly boundAddress: string;
}

/** Address of a host in the form in which sockets report it. @throws ResolveError */
export async function resolveAddress(host: string, port: number, reach: Reach): Promise<string> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ResolveError(`Nothing can be sent to port ${port} of ${host}; use one from 1 to 65535.`);
  }
  if (!isAddress(host)) return canonicalAddress(await lookUp(host, familyOf(reach)));
  const address = canonicalAddress(host);
  const family = familyOf(reach);
  if (family === 0 || family === (address.includes(":") ? 6 : 4)) return address;
  throw new ResolveError(
    `A socket bound to ${reach.boundAddress} cannot send to ${address}; bind "::", or an address of the same family.`,
  );
}

/** 0 where both can be reached. */
function familyOf({ type, boundAddress }: Reach): 0 | 4 | 6 {
  if (type === "udp4") return 4;
  return isWildcard(boundAddress) ? 0 : 6;
}

async function lookUp(host: string, family: 0 | 4 | 6): Promise<string> {
  try {
    return (await lookup(host, { family })).address;
  } catch (cause) {
    throw new ResolveError(`No address of ${host} was found: ${systemCodeOf(cause)}.`, { cause });
  }
}
