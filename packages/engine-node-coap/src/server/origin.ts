import type { RemoteInfo } from "node:dgram";
import type { Peer } from "@coapkit/core";

/** Where a message came from and on which of our sockets: what all state of the server side is keyed by. */
export interface Origin {
  readonly peer: Peer;
  /** The peer's key within one socket of the engine. */
  readonly key: string;
  readonly from: RemoteInfo;
}

/** The origin of a datagram on the socket with this number. */
export function originOf(socketNumber: number, from: RemoteInfo): Origin {
  const { address, port } = from;
  const peer = { key: peerKeyOf(address, port), scheme: "coap", address, port };
  return { peer, key: `${socketNumber}/${peer.key}`, from };
}

/** Address and port in the form of a URI's authority. */
export function peerKeyOf(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Identity of an observation. RFC 7641 §4.1. */
export function relationKey(origin: Origin, token: Uint8Array): string {
  return `${origin.key}/${Buffer.from(token).toString("hex")}`;
}
