import type { CipherSuite } from "./cipher-suite.js";

/** How far the handshake is. `"finished"`: only Finished is missing; a session that stays there has a wrong key. */
export type DtlsSessionStage = "hello" | "key" | "finished" | "established" | "ended";

/** What is known of a session; complete once it is established. A new object with copies each time. */
export interface DtlsSessionInfo {
  readonly role: "client" | "server";
  readonly stage: DtlsSessionStage;
  readonly cipherSuite: CipherSuite | undefined;
  /** Whether the extended master secret was negotiated (RFC 7627). */
  readonly extendedMasterSecret: boolean;
  /** Identity of the pre-shared key, bytes as sent. */
  readonly pskIdentity: Uint8Array | undefined;
  /** The peer's certificate, DER, checked against the authorities. */
  readonly peerCertificate: Uint8Array | undefined;
  /** The peer's raw public key, DER SubjectPublicKeyInfo, one of those accepted. */
  readonly peerPublicKey: Uint8Array | undefined;
  /** What the peer puts into its records; undefined: not negotiated. May be empty. */
  readonly connectionId: Uint8Array | undefined;
  /** What this side puts into its records; undefined: not negotiated. May be empty. */
  readonly peerConnectionId: Uint8Array | undefined;
  /** Records that failed authentication since the start. */
  readonly authenticationFailures: number;
}
