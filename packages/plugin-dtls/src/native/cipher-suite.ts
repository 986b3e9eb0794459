/**
 * The cipher suites that the engine knows, by their IANA names, in its default order of preference: AEAD only, since
 * OpenSSL ends a session on a forged CBC record. OpenSSL has no ECDHE-PSK with AES-GCM or AES-CCM (RFC 8442), so
 * ECDHE-PSK with ChaCha20-Poly1305 is the one forward-secret PSK suite.
 */
export const CIPHER_SUITES = [
  "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_PSK_WITH_AES_128_CCM_8",
  "TLS_PSK_WITH_AES_128_GCM_SHA256",
  "TLS_PSK_WITH_AES_128_CCM",
  "TLS_PSK_WITH_AES_256_GCM_SHA384",
  "TLS_PSK_WITH_AES_256_CCM",
  "TLS_PSK_WITH_AES_256_CCM_8",
  "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256",
] as const;

/** IANA name of a cipher suite that the engine knows. */
export type CipherSuite = (typeof CIPHER_SUITES)[number];
