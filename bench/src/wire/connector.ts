import type { Security } from "../security/security.js";
import type { Address } from "../servers/ask.js";
import type { Connect } from "./channel.js";
import { CoapsClient } from "./coaps-client.js";
import { udpConnector } from "./udp-channel.js";

/** What makes the channels to a server: a source port each, with an established session where there is DTLS. */
export async function connector(server: Address & { readonly security: Security }): Promise<Connect> {
  if (server.security.mode === "none") return udpConnector(server);
  const client = await CoapsClient.create(server.security);
  return async (onMessage) => {
    const socket = await client.open(server.host);
    const session = await socket.session(server);
    socket.onMessage = (_, message) => onMessage(message);
    return { send: (message) => socket.send(session, message), close: () => socket.close() };
  };
}
