import { readOptionsSync } from "@coapkit/core";
import type { ConnectionIdOptions, DtlsContextOptions } from "../native/context-options.js";
import { connectionIdOptions, type ParsedDtlsOptions } from "./dtls-options.js";
import { certificatesOf, rawPublicKeysOf } from "./identity-options.js";
import { wrong } from "./pem.js";
import { faultOfKeys, lookupOf, type PskLookup } from "./psk-lookup.js";

/** Who this side is to those that call it, and how it knows them. */
export interface ServerCredentials {
  readonly context: DtlsContextOptions;
  readonly lookUpPsk: PskLookup;
}

const CLIENT_CERTIFICATE = { none: "none", optional: "request", require: "require" } as const;

/** Server's part of the options; undefined where it has no credentials. @throws ConfigError */
export function serverCredentials(options: ParsedDtlsOptions): ServerCredentials | undefined {
  const { psk, cipherSuites } = options;
  const fault = psk && faultOfKeys(psk);
  if (fault !== undefined) throw wrong("psk", fault);
  const certificates = serverCertificates(options);
  const rawPublicKeys = rawPublicKeysOf(options, "");
  if (psk === undefined && certificates === undefined && rawPublicKeys === undefined) return undefined;
  const { identityHint, concealUnknownIdentities } = options;
  return {
    lookUpPsk: lookupOf(psk ?? {}),
    context: {
      ...commonOptions(options),
      ...(cipherSuites.length === 0 ? {} : { cipherSuites }),
      preSharedKeys: psk && { concealUnknownIdentities, ...(identityHint === undefined ? {} : { identityHint }) },
      certificates,
      rawPublicKeys,
      connectionId: connectionIdOf(options),
    },
  };
}

/** What both sides' contexts have in common. */
export function commonOptions(options: ParsedDtlsOptions): DtlsContextOptions {
  const { mtuBytes, retransmitInitialMs, maxHandshakes, requireExtendedMasterSecret } = options;
  return { mtuBytes, retransmitInitialMs, maxHandshakes, requireExtendedMasterSecret };
}

function serverCertificates(options: ParsedDtlsOptions): DtlsContextOptions["certificates"] {
  const certificates = certificatesOf(options, "");
  if (certificates === undefined) return undefined;
  if (certificates.chain === undefined)
    throw wrong("certificate", "is missing, but ca is there; a server needs its own");
  const { verifyClient } = options;
  if (verifyClient !== "none" && certificates.authorities === undefined)
    throw wrong(
      "ca",
      `is missing, but verifyClient is "${verifyClient}"; name who issues clients' certificates, or set it to "none"`,
    );
  return { ...certificates, clientCertificate: CLIENT_CERTIFICATE[verifyClient] };
}

function connectionIdOf({ connectionId }: ParsedDtlsOptions): ConnectionIdOptions | undefined {
  if (connectionId === false) return undefined;
  const input = connectionId === true ? undefined : connectionId;
  const owner = "plugin @coapkit/plugin-dtls (connectionId)";
  const { lengthBytes, prefix } = readOptionsSync(owner, connectionIdOptions, input);
  if (prefix !== undefined && lengthBytes > 0 && lengthBytes < prefix.length + 6)
    throw wrong(
      "connectionId.lengthBytes",
      `is ${lengthBytes}, but at least 6 bytes beside the prefix have to be random`,
    );
  return { lengthBytes, ...(prefix === undefined ? {} : { prefix }) };
}
