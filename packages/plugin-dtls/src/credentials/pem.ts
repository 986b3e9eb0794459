import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { ConfigError } from "@coapkit/core";

/** PEM text, or the bytes of such a file. */
export type Pem = string | Uint8Array;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Whether a value may be PEM; whether it is, is found out when it is read. */
export function isPem(value: unknown): value is Pem {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** Text of one or several PEM files. */
export function pemText(pem: Pem | readonly Pem[]): string {
  const parts: readonly Pem[] = isPem(pem) ? [pem] : pem;
  return parts.map((part) => (typeof part === "string" ? part : Buffer.from(part).toString("latin1"))).join("\n");
}

/** Certificates of a text, in their order. @param option for the message @throws ConfigError where there is none */
export function readCertificates(text: string, option: string): readonly X509Certificate[] {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    throw wrong(option, 'has no "BEGIN CERTIFICATE"; pass the content of a PEM file, not its path');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw wrong(option, `is no certificate: ${String(cause)}`, cause);
  }
}

/** A private key that the cipher suites can sign with. @param option for the message @throws ConfigError */
export function readPrivateKey(text: string, option: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    throw wrong(option, "is no unencrypted private key in PEM; pass the content of the file, not its path", cause);
  }
  if (key.asymmetricKeyType === "ec") return key;
  throw wrong(
    option,
    `is a key of type ${key.asymmetricKeyType}; the cipher suites of RFC 7252 need one on a curve such as P-256`,
  );
}

/** DER of a public key given in PEM or DER. @param option for the message @throws ConfigError */
export function readPublicKey(key: Pem, option: string): Uint8Array {
  try {
    const isText = typeof key === "string" || Buffer.from(key.subarray(0, 10)).toString("latin1") === "-----BEGIN";
    const read = isText
      ? createPublicKey(pemText(key))
      : createPublicKey({ key: Buffer.from(key), format: "der", type: "spki" });
    return read.export({ format: "der", type: "spki" });
  } catch (cause) {
    throw wrong(option, "is no public key in PEM or DER", cause);
  }
}

/** The error for an option of this plugin. */
export function wrong(option: string, fault: string, cause?: unknown): ConfigError {
  return new ConfigError(
    "COAPKIT_ERR_OPTIONS_INVALID",
    `Options of plugin @coapkit/plugin-dtls are wrong. ${option}: ${fault}.`,
    { cause },
  );
}
