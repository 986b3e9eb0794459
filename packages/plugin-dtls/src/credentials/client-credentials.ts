import { isIP } from "node:net";
import { readOptionsSync } from "@coapkit/core";
import type { ConnectOptions, DtlsContextOptions } from "../native/context-options.js";
import { type ClientPsk, type ClientPskLookup, clientOptions, type ParsedDtlsOptions } from "./dtls-options.js";
import { certificatesOf, rawPublicKeysOf } from "./identity-options.js";
import { wrong } from "./pem.js";
import { isIdentity, keyBytes } from "./psk-lookup.js";
import { commonOptions } from "./server-credentials.js";

/** Who this side is to those that it calls, and how it knows them. */
export interface ClientCredentials {
  readonly context: DtlsContextOptions;
  /** Whether every server gets the same identity, so that a session may serve several names of one address. */
  readonly isSameForAll: boolean;
  /** What to say to a server; undefined where there is nothing. Rejects with what the function threw. */
  connectOptions(host: string, port: number): Promise<ConnectOptions | undefined>;
}

/** Client's part of the options; undefined where it has no credentials. @throws ConfigError */
export function clientCredentials(options: ParsedDtlsOptions): ClientCredentials | undefined {
  if (options.client === undefined) return undefined;
  const client = readOptionsSync("plugin @coapkit/plugin-dtls (client)", clientOptions, options.client);
  const { psk, cipherSuites, serverName, connectionIdLengthBytes } = client;
  const fault = typeof psk === "object" ? faultOf(psk) : undefined;
  if (fault !== undefined) throw wrong("client.psk", fault);
  const certificates = certificatesOf(client, "client.");
  const rawPublicKeys = rawPublicKeysOf(client, "client.");
  if (certificates !== undefined && certificates.authorities === undefined)
    throw wrong("client.ca", "is missing, so no server's certificate could be trusted");
  if (psk === undefined && certificates === undefined && rawPublicKeys === undefined)
    throw wrong("client", "has no credentials; set psk, ca, or rawPublicKeys");
  const lookUp = typeof psk === "function" ? psk : () => psk;
  const needsPsk = certificates === undefined && rawPublicKeys === undefined;
  return {
    isSameForAll: typeof psk !== "function" && certificates === undefined,
    context: {
      ...commonOptions(options),
      ...(cipherSuites.length === 0 ? {} : { cipherSuites }),
      preSharedKeys: psk && {},
      certificates,
      rawPublicKeys,
      connectionId: options.connectionId === false ? undefined : { lengthBytes: connectionIdLengthBytes },
    },
    connectOptions: async (host, port) => {
      const found = await foundPsk(lookUp, host, port);
      if (found === undefined && needsPsk) return undefined;
      const bare = host.split("%", 1)[0] ?? host; // a zone means nothing to the other side
      const name = serverName ?? (certificates === undefined && isIP(bare) !== 0 ? undefined : bare);
      return { ...(name === undefined ? {} : { serverName: name }), ...found };
    },
  };
}

async function foundPsk(lookUp: ClientPskLookup, host: string, port: number): Promise<ConnectOptions | undefined> {
  const found = await lookUp({ host, port });
  if (found === undefined) return undefined;
  const fault = faultOf(found);
  if (fault !== undefined) throw wrong("client.psk", `${fault}, for ${host}`);
  return { pskIdentity: found.identity, pskKey: keyBytes(found.key) as Uint8Array };
}

function faultOf({ identity, key }: Partial<ClientPsk>): string | undefined {
  if (!isIdentity(identity)) return "identity is not a text of 1 to 255 bytes without NUL";
  return keyBytes(key) === undefined ? "key is not a text or bytes of 1 to 64 bytes" : undefined;
}
