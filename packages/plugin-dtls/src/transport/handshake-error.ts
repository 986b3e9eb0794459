import { ClosedError, NetworkError } from "@coapkit/protocol";
import { EndReason } from "../native/scratch-layout.js";
import type { DtlsSessionStage } from "../native/session-info.js";
import { alertName, UNKNOWN_PSK_IDENTITY } from "./alert-name.js";

/** A handshake with a server failed; the request was not sent. */
export class DtlsHandshakeError extends NetworkError {
  readonly code: string = "COAPKIT_ERR_DTLS_HANDSHAKE";
}

/** The server's certificate or public key is not accepted: unknown issuer, wrong name, or expired. */
export class DtlsPeerNotTrustedError extends DtlsHandshakeError {
  override readonly code = "COAPKIT_ERR_DTLS_PEER_NOT_TRUSTED";
}

/** The server says that it does not know the PSK identity. RFC 4279 §2. */
export class DtlsUnknownIdentityError extends DtlsHandshakeError {
  override readonly code = "COAPKIT_ERR_DTLS_UNKNOWN_IDENTITY";
}

/** The handshake did not come to an end in `handshakeTimeoutMs`: nobody is there, or the pre-shared key is wrong. */
export class DtlsHandshakeTimeoutError extends DtlsHandshakeError {
  override readonly code = "COAPKIT_ERR_DTLS_HANDSHAKE_TIMEOUT";

  constructor(
    message: string,
    /** How far it came; `"finished"`: the keys differ, most likely. */
    readonly stage: DtlsSessionStage,
  ) {
    super(message);
  }
}

/** Both sides called each other at a time, and the other handshake goes first: this one is tried again, nobody sees this. */
export class DtlsHandshakeYieldedError extends DtlsHandshakeError {
  constructor() {
    super("The other side's handshake goes first.");
  }
}

/** No credentials for a server. */
export class DtlsCredentialsMissingError extends NetworkError {
  readonly code = "COAPKIT_ERR_DTLS_CREDENTIALS_MISSING";
}

/** More than `maxWaitingRequests` requests wait for handshakes. */
export class DtlsBusyError extends NetworkError {
  readonly code = "COAPKIT_ERR_DTLS_BUSY";
}

/** Words the end of time. @param server host and port */
export function timeoutError(server: string, stage: DtlsSessionStage, timeoutMs: number): DtlsHandshakeTimeoutError {
  const cause =
    stage === "finished"
      ? "the server did not take the last message: wrong key likely, or an identity that it does not know."
      : stage === "hello"
        ? "nothing came back: is a DTLS server there, and is the port right?"
        : "the server stopped in the middle.";
  return new DtlsHandshakeTimeoutError(`No session with ${server} within ${timeoutMs} ms; ${cause}`, stage);
}

/** Words any other end of a handshake. @param server host and port */
export function endError(server: string, reason: EndReason, alert: number): NetworkError {
  if (reason === EndReason.peerNotTrusted) return notTrustedError(server, alert);
  if (reason === EndReason.closedByPeer) return new ClosedError(`${server} closed the session.`);
  if (alert === UNKNOWN_PSK_IDENTITY) return unknownIdentityError(server);
  return alertError(server, alert, reason === EndReason.alertReceived);
}

function notTrustedError(server: string, alert: number): DtlsPeerNotTrustedError {
  return new DtlsPeerNotTrustedError(
    `The certificate or public key of ${server} is not accepted: ${alertName(alert)}. Check client.ca, its dates, and that it names the host; or set client.serverName.`,
  );
}

function unknownIdentityError(server: string): DtlsUnknownIdentityError {
  return new DtlsUnknownIdentityError(
    `${server} does not know the identity of client.psk; enter it there, or use another one.`,
  );
}

function alertError(server: string, alert: number, isReceived: boolean): DtlsHandshakeError {
  const said = isReceived ? `${server} ended the handshake` : `The handshake of ${server} was refused`;
  const hint =
    alert === 40 ? "; no cipher suite or credential is common to both" : isReceived ? "; its log may say more" : "";
  return new DtlsHandshakeError(`${said} with alert ${alertName(alert)}${hint}.`);
}
