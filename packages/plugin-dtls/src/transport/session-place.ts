import type { PeerDirectory } from "@coapkit/protocol";
import type { Session } from "../sessions/session.js";

/** Where the peer of a session is, for a log. @param addresses of the socket below */
export function placeOf(
  addresses: PeerDirectory,
  { address }: Session,
): { readonly address: string; readonly port: number } {
  return { address: addresses.addressOf(address), port: addresses.portOf(address) };
}

/** The peer of a session as a URI would name it, for messages. */
export function nameOf(addresses: PeerDirectory, session: Session): string {
  const { address, port } = placeOf(addresses, session);
  const host = session.host ?? address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
