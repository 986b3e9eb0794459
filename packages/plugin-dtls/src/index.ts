export type { ClientPsk, ClientPskLookup } from "./credentials/dtls-options.js";
export type { Pem } from "./credentials/pem.js";
export type { PskKey, PskKeys, PskLookup } from "./credentials/psk-lookup.js";
export { Dtls, type DtlsCredentials } from "./dtls.js";
export { type DtlsOptions, dtls } from "./dtls-plugin.js";
export { CIPHER_SUITES, type CipherSuite } from "./native/cipher-suite.js";
export { DtlsUnavailableError } from "./native/dtls-unavailable-error.js";
export type { DtlsCounters } from "./transport/dtls-counters.js";
export {
  DtlsBusyError,
  DtlsCredentialsMissingError,
  DtlsHandshakeError,
  DtlsHandshakeTimeoutError,
  DtlsPeerNotTrustedError,
  DtlsUnknownIdentityError,
} from "./transport/handshake-error.js";
