import { lookup } from "node:dns/promises";
import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { type CoapUri, formatCoapUri } from "@coapkit/protocol";
import { AddressError } from "../errors.js";

/** An address with the socket type that reaches it. */
export interface ResolvedAddress {
  readonly address: string;
  readonly type: "udp4" | "udp6";
}

/** Looks up the host of a `coap` URI. @throws AddressError for another scheme and an unknown name */
export async function resolveAddress(uri: CoapUri): Promise<ResolvedAddress> {
  if (uri.scheme !== "coap") {
    throw new AddressError(`Cannot use ${formatCoapUri(uri)}: npm coap speaks coap:// over UDP only.`);
  }
  if (isIPv4(uri.host)) return { address: uri.host, type: "udp4" };
  if (isIPv6(uri.host)) return { address: canonicalIpv6(uri.host), type: "udp6" };
  try {
    const { address, family } = await lookup(uri.host);
    return { address, type: family === 6 ? "udp6" : "udp4" };
  } catch (cause) {
    throw new AddressError(`Cannot look up ${formatCoapUri(uri)}: ${(cause as Error).message}.`, { cause });
  }
}

/** The text that the socket reports for the address, so that answers are recognized. */
function canonicalIpv6(host: string): string {
  const [address = host, zone] = host.split("%");
  const canonical = new SocketAddress({ address, family: "ipv6" }).address;
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}
