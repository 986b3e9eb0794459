import type { CipherSuite } from "./cipher-suite.js";

/** What all sessions of a context have in common. Keys and certificates are read once; to change them, make another context. */
export interface DtlsContextOptions {
  /** Suites in order of preference; the server's order decides. @defaultValue those of `CIPHER_SUITES` that the other options allow */
  readonly cipherSuites?: readonly CipherSuite[];
  /** Whether PSK suites are offered and accepted. @defaultValue false */
  readonly preSharedKeys?: PreSharedKeyOptions | undefined;
  /** Own certificate and whom to trust. Excludes `rawPublicKeys`. @defaultValue no certificate suites */
  readonly certificates?: CertificateOptions | undefined;
  /** Raw public keys (RFC 7250). Excludes `certificates`; needs OpenSSL 3.2 or later, so Node 22 or later. */
  readonly rawPublicKeys?: RawPublicKeyOptions | undefined;
  /** Connection IDs (RFC 9146). @defaultValue not negotiated */
  readonly connectionId?: ConnectionIdOptions | undefined;
  /** Refuse peers without the extended master secret (RFC 7627). @defaultValue false */
  readonly requireExtendedMasterSecret?: boolean;
  /** Largest datagram of a handshake, UDP payload in bytes, 256 to 16,384; application data is not split. @defaultValue 1232 */
  readonly mtuBytes?: number;
  /** First retransmission in milliseconds; doubled each time, to 60 s at most. RFC 6347 §4.2.4.1. @defaultValue 1000 */
  readonly retransmitInitialMs?: number;
  /** Handshakes under way at a time; past it a ClientHello is dropped in silence and counted. @defaultValue 1000 */
  readonly maxHandshakes?: number;
}

/** How a server deals with pre-shared keys; a client gives its own to `connect`. */
export interface PreSharedKeyOptions {
  /** Sent to clients, at most 128 bytes; most ignore it. RFC 4279 §5.2. @defaultValue none */
  readonly identityHint?: string;
  /**
   * Go on with a random key where an identity is unknown, so that strangers cannot tell which identities exist; else
   * alert 115 says so (RFC 4279 §2 allows both). @defaultValue true
   */
  readonly concealUnknownIdentities?: boolean;
}

/** X.509 in PEM. OpenSSL checks chain, dates, purpose and, in a client, the name given to `connect`. */
export interface CertificateOptions {
  /** Own certificate, then its issuers. A client may do without. */
  readonly chain?: string;
  /** Private key of the first certificate of `chain`: P-256 for the suites of RFC 7252. */
  readonly privateKey?: string;
  /** Certificates that are trusted to issue those of peers. @defaultValue none: no peer is accepted */
  readonly authorities?: string;
  /** Whether a server asks clients for a certificate, and whether it does without. @defaultValue "require" */
  readonly clientCertificate?: "none" | "request" | "require";
}

/** Raw public keys: whoever holds the private key of an accepted public key is the peer. */
export interface RawPublicKeyOptions {
  /** Own private key, PEM. */
  readonly privateKey: string;
  /** Public keys to accept, each a DER SubjectPublicKeyInfo. An empty list accepts nobody. */
  readonly acceptedPeers: readonly Uint8Array[];
}

/** Connection IDs that peers put into records to this side. */
export interface ConnectionIdOptions {
  /** Bytes, 0 to 16; 0 asks for none, but sends what the peer asks for. At least `prefix.length + 6` if not 0. @defaultValue 8 */
  readonly lengthBytes?: number;
  /** First bytes of every connection ID, such as a worker's number; the rest is random. @defaultValue none */
  readonly prefix?: Uint8Array;
}

/** What one client session needs besides its context. */
export interface ConnectOptions {
  /** Name or IP address that the server's certificate must have; a name is also sent as SNI. @defaultValue not checked with PSK; required with certificates */
  readonly serverName?: string;
  /** Identity, 1 to 255 bytes of UTF-8 without NUL. */
  readonly pskIdentity?: string;
  /** Key, 1 to 64 bytes. */
  readonly pskKey?: Uint8Array;
}
