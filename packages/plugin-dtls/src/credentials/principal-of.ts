import { createHash, X509Certificate } from "node:crypto";
import { type Principal, PrincipalSource, principal } from "@coapkit/protocol";
import type { DtlsSessionInfo } from "../native/session-info.js";
import { readIdentity } from "./psk-lookup.js";

/** First entry of a subjectAltName as Node prints it; quoted where it holds special characters. */
const FIRST_ALTERNATIVE = /^(?:DNS|URI|IP Address|email):("(?:[^"\\]|\\.)*"|[^,]*)/;

/**
 * Who a peer is, by what it has proven in the handshake. A server that proved itself to this side with a pre-shared key
 * is nobody by name: the identity is this side's own.
 */
export function principalOf(info: DtlsSessionInfo): Principal | undefined {
  const { peerCertificate, peerPublicKey, pskIdentity, role } = info;
  if (peerCertificate !== undefined)
    return principal(PrincipalSource.Certificate, certificateName(peerCertificate), peerCertificate);
  if (peerPublicKey !== undefined)
    return principal(PrincipalSource.RawPublicKey, publicKeyName(peerPublicKey), peerPublicKey);
  const identity = role === "server" && pskIdentity !== undefined ? readIdentity(pskIdentity) : undefined;
  return identity === undefined ? undefined : principal(PrincipalSource.Psk, identity);
}

/** First subjectAltName, else the common name, else the SHA-256 fingerprint. RFC 7252 §9.1.3.3. Never throws. */
export function certificateName(der: Uint8Array): string {
  try {
    const certificate = new X509Certificate(der);
    return alternativeNameOf(certificate) || commonNameOf(certificate) || fingerprintOf(der);
  } catch {
    return fingerprintOf(der); // names that Node cannot read
  }
}

/** SHA-256 in the way certificates show it: bytes in hexadecimal, with colons. */
function fingerprintOf(der: Uint8Array): string {
  const hex = createHash("sha256").update(der).digest("hex").toUpperCase();
  return hex.replace(/..(?!$)/g, "$&:");
}

/** Name of a public key by its hash. RFC 6920 §3, as RFC 7252 §9.1.3.2.1 asks for. */
export function publicKeyName(spki: Uint8Array): string {
  return `ni:///sha-256;${createHash("sha256").update(spki).digest("base64url")}`;
}

function alternativeNameOf({ subjectAltName = "" }: X509Certificate): string {
  const [, name = ""] = FIRST_ALTERNATIVE.exec(subjectAltName) ?? [];
  if (!name.startsWith('"')) return name;
  try {
    return String(JSON.parse(name)); // how Node quotes
  } catch {
    return "";
  }
}

function commonNameOf(certificate: X509Certificate): string {
  const name: unknown = certificate.toLegacyObject().subject?.CN;
  return typeof name === "string" ? name : "";
}
