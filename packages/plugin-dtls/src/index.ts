export { CIPHER_SUITES, type CipherSuite } from "./native/cipher-suite.js";
export { DtlsUnavailableError } from "./native/dtls-unavailable-error.js";
export { loadDtlsEngine } from "./native/load-engine.js";
