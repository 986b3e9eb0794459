import { readOptionsSync } from "@coapkit/core";
import type { CertificateOptions, RawPublicKeyOptions } from "../native/context-options.js";
import { rawPublicKeyOptions } from "./dtls-options.js";
import { type Pem, pemText, readCertificates, readPrivateKey, readPublicKey, wrong } from "./pem.js";

/** Options that say who one side is and whom it trusts; those of `client` have the same names. */
export interface IdentityOptions {
  readonly certificate?: Pem | undefined;
  readonly key?: Pem | undefined;
  readonly ca?: Pem | readonly Pem[] | undefined;
  readonly rawPublicKeys?: unknown;
}

/**
 * Certificates of one side, checked as far as it goes without a peer.
 * @param prefix of the options, for messages: "" or "client."
 * @throws ConfigError
 */
export function certificatesOf(options: IdentityOptions, prefix: string): CertificateOptions | undefined {
  const { certificate, key, ca, rawPublicKeys } = options;
  if (certificate === undefined && key === undefined && ca === undefined) return undefined;
  if (rawPublicKeys !== undefined)
    throw wrong(`${prefix}rawPublicKeys`, "excludes certificate, key and ca; a peer is known by its key or by a chain");
  return {
    ...(ca === undefined ? {} : { authorities: authoritiesOf(pemText(ca), `${prefix}ca`) }),
    ...chainOf(certificate, key, prefix),
  };
}

/** Raw public keys of one side. @param prefix of the options, for messages @throws ConfigError */
export function rawPublicKeysOf({ rawPublicKeys }: IdentityOptions, prefix: string): RawPublicKeyOptions | undefined {
  if (rawPublicKeys === undefined) return undefined;
  const option = `${prefix}rawPublicKeys`;
  const { key, acceptedPeers } = readOptionsSync(
    `plugin @coapkit/plugin-dtls (${option})`,
    rawPublicKeyOptions,
    rawPublicKeys,
  );
  if (key === undefined) throw wrong(`${option}.key`, "is missing; it is the own private key, in PEM");
  if (acceptedPeers.length === 0) throw wrong(`${option}.acceptedPeers`, "is empty, so nobody is accepted");
  const privateKey = pemText(key);
  readPrivateKey(privateKey, `${option}.key`);
  return {
    privateKey,
    acceptedPeers: acceptedPeers.map((peer, index) => readPublicKey(peer, `${option}.acceptedPeers[${index}]`)),
  };
}

function authoritiesOf(text: string, option: string): string {
  readCertificates(text, option);
  return text;
}

function chainOf(certificate: Pem | undefined, key: Pem | undefined, prefix: string): CertificateOptions {
  if (certificate === undefined && key === undefined) return {};
  if (certificate === undefined) throw wrong(`${prefix}certificate`, "is missing, but key is there; they go together");
  if (key === undefined) throw wrong(`${prefix}key`, "is missing, but certificate is there; they go together");
  const chain = pemText(certificate);
  const privateKey = pemText(key);
  const [own] = readCertificates(chain, `${prefix}certificate`);
  const read = readPrivateKey(privateKey, `${prefix}key`);
  if (own?.checkPrivateKey(read) !== true) throw wrong(`${prefix}key`, "is not that of the first certificate");
  return { chain, privateKey };
}
