#include "context_options.h"

#include <openssl/crypto.h>

#include "connection_id.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kMinMtu = 256, kMaxMtu = 16384;
constexpr size_t kMaxIdentityHint = 128;

void Cleanse(std::string* secret) {
  OPENSSL_cleanse(secret->data(), secret->size());
  secret->clear();
}

bool IsUsable(const CipherSuite& suite, const ContextOptions& options) {
  return suite.uses_psk() ? options.has_psk : options.has_certificates || options.has_raw_public_keys;
}

}  // namespace

void ContextOptions::ForgetPrivateKeys() {
  Cleanse(&certificates.private_key);
  Cleanse(&raw_public_keys.private_key);
}

std::string ContextOptions::Complete() {
  if (has_certificates && has_raw_public_keys) return "certificates and rawPublicKeys exclude each other";
  if (!has_psk && !has_certificates && !has_raw_public_keys) {
    return "one of preSharedKeys, certificates and rawPublicKeys is needed";
  }
  const bool has_explicit_suites = !suites.empty();
  for (size_t i = 0; i < kCipherSuiteCount && !has_explicit_suites; i++) {
    if (IsUsable(CipherSuiteAt(i), *this)) suites.push_back(&CipherSuiteAt(i));
  }
  for (const CipherSuite* suite : suites) {
    if (!IsUsable(*suite, *this))
      return std::string(suite->name) + " needs keys that the options do not have";
  }
  if (mtu < kMinMtu || mtu > kMaxMtu) return "mtuBytes must be 256 to 16384";
  if (retransmit_initial_ms < 1 || retransmit_initial_ms > 60000)
    return "retransmitInitialMs must be 1 to 60000";
  if (psk_identity_hint.size() > kMaxIdentityHint) return "identityHint must have at most 128 bytes";
  if (cid_size > kMaxOwnCidSize) return "connectionId.lengthBytes must be 0 to 16";
  if (cid_size > 0 && cid_size < cid_prefix.size() + kMinRandomCidBytes) {
    return "connectionId.lengthBytes must leave 6 random bytes after the prefix";
  }
  return "";
}

}  // namespace coapkit::dtls
