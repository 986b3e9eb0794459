#pragma once

#include <string>
#include <vector>

#include "bytes.h"
#include "cipher_suites.h"

namespace coapkit::dtls {

enum class ClientCertificate { kNone, kRequest, kRequire };

struct CertificateOptions {
  std::string chain;
  std::string private_key;
  std::string authorities;
  ClientCertificate client_certificate = ClientCertificate::kRequire;
};

struct RawPublicKeyOptions {
  std::string private_key;
  std::vector<Bytes> accepted_peers;
};

/** `DtlsContextOptions`, checked. */
struct ContextOptions {
  std::vector<const CipherSuite*> suites;
  bool has_psk = false;
  std::string psk_identity_hint;
  bool conceals_unknown_identities = true;
  bool has_certificates = false;
  CertificateOptions certificates;
  bool has_raw_public_keys = false;
  RawPublicKeyOptions raw_public_keys;
  bool has_connection_id = false;
  size_t cid_size = 8;
  Bytes cid_prefix;
  bool requires_extended_master_secret = false;
  size_t mtu = 1232;
  uint32_t retransmit_initial_ms = 1000;
  size_t max_handshakes = 1000;

  ContextOptions() = default;
  ContextOptions(ContextOptions&&) = default;
  ~ContextOptions() { ForgetPrivateKeys(); }

  /** Cleanses the private keys, once OpenSSL has them. */
  void ForgetPrivateKeys();

  /** Adds default suites where none were named, and checks what belongs together. Returns what is wrong, or
   * "". */
  std::string Complete();
};

}  // namespace coapkit::dtls
