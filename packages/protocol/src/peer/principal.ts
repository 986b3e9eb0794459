/** How a peer has proven who it is. */
export const PrincipalSource = {
  /** By a pre-shared key; the name is its PSK identity. RFC 7252 §9.1.3.1. */
  Psk: "psk",
  /** By a certificate; the name is its subject's. RFC 7252 §9.1.3.3. */
  Certificate: "certificate",
  /** By a raw public key; the name is derived from the key. RFC 7252 §9.1.3.2. */
  RawPublicKey: "raw-public-key",
  /** By a token that an authorization server has issued, such as RFC 9200's; the name is its subject. */
  Token: "token",
} as const;

/** One of the ways. */
export type PrincipalSource = (typeof PrincipalSource)[keyof typeof PrincipalSource];

/** Who a peer is, as its transport has verified it. Frozen; make one with {@link principal}. */
export interface Principal {
  readonly source: PrincipalSource;
  /** Not empty, and only unique among principals of the same source: compare both. */
  readonly name: string;
  /** What was verified: the DER bytes of the certificate, or of the SubjectPublicKeyInfo of a raw public key. */
  readonly credential?: Uint8Array | undefined;
}

/** A principal that nobody can change. @throws TypeError where the name is empty: that would be nobody */
export function principal(source: PrincipalSource, name: string, credential?: Uint8Array): Principal {
  if (name === "")
    throw new TypeError(`A principal of source ${source} needs a name; leave the principal out instead.`);
  return Object.freeze(credential === undefined ? { source, name } : { source, name, credential });
}
