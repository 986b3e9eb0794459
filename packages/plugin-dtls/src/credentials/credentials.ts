import { type ClientCredentials, clientCredentials } from "./client-credentials.js";
import type { ParsedDtlsOptions } from "./dtls-options.js";
import { wrong } from "./pem.js";
import { type ServerCredentials, serverCredentials } from "./server-credentials.js";

/** Credentials of both directions; one of them may be missing. */
export interface Credentials {
  readonly server: ServerCredentials | undefined;
  readonly client: ClientCredentials | undefined;
}

/** Credentials that options stand for. @throws ConfigError where they contradict each other, or there are none */
export function credentialsOf(options: ParsedDtlsOptions): Credentials {
  const credentials = { server: serverCredentials(options), client: clientCredentials(options) };
  if (credentials.server ?? credentials.client) return credentials;
  throw wrong(
    "psk",
    "is missing, and so is everything else that could prove who is who; set psk, certificate, rawPublicKeys or client",
  );
}
