import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CipherSuite, DtlsOptions } from "@coapkit/plugin-dtls";
import type { Security } from "./security.js";

/** Who every client is, with pre-shared keys. */
export const PSK_IDENTITY = "bench";
/** 16 bytes, as of a suite with AES-128. */
export const PSK_KEY = "0123456789abcdef";

/** Names of the files in the folder of certificates. */
export const CertificateFile = {
  authority: "ca.pem",
  server: { certificate: "server.pem", key: "server.key" },
  client: { certificate: "client.pem", key: "client.key" },
} as const;

/** The suites that RFC 7252 §9.1.3 makes mandatory: the only ones that clients of the benchmark offer. */
const SUITES: Readonly<Record<"psk" | "certificate", CipherSuite>> = {
  psk: "TLS_PSK_WITH_AES_128_CCM_8",
  certificate: "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
};

/** What a server of coapkit shows and asks for. */
export function serverCredentials({ mode, folder }: Security): DtlsOptions {
  return mode === "certificate" ? ownCertificate(folder, "server") : { psk: { [PSK_IDENTITY]: PSK_KEY } };
}

/** What a client shows and asks for. */
export function clientCredentials({ mode, folder }: Security): NonNullable<DtlsOptions["client"]> {
  if (mode === "certificate") return { ...ownCertificate(folder, "client"), cipherSuites: [SUITES.certificate] };
  return { psk: { identity: PSK_IDENTITY, key: PSK_KEY }, cipherSuites: [SUITES.psk] };
}

/** The same as options of libcoap's servers. */
export function libcoapCredentials({ mode, folder = "" }: Security): readonly string[] {
  if (mode === "psk") return ["-k", PSK_KEY];
  const { certificate, key } = CertificateFile.server;
  return ["-c", join(folder, certificate), "-j", join(folder, key), "-C", join(folder, CertificateFile.authority)];
}

function ownCertificate(folder = "", side: "client" | "server") {
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const { certificate, key } = CertificateFile[side];
  return { certificate: read(certificate), key: read(key), ca: read(CertificateFile.authority) };
}
