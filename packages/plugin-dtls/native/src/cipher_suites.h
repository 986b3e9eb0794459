#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coapkit::dtls {

enum class KeyExchange : uint8_t { kEcdheEcdsa, kEcdhePsk, kPsk };
enum class AeadKind : uint8_t { kCcm, kGcm, kChaCha20 };

/** All that the record layer and the configuration have to know of a suite. */
struct CipherSuite {
  uint16_t id;
  const char* name;  // IANA
  const char* openssl_name;
  const char* cipher;  // name for EVP_CIPHER_fetch
  KeyExchange key_exchange;
  AeadKind aead;
  uint8_t key_size;
  uint8_t tag_size;
  bool is_sha384;

  bool uses_psk() const { return key_exchange != KeyExchange::kEcdheEcdsa; }
  bool is_ccm8() const { return aead == AeadKind::kCcm && tag_size == 8; }
  /** Bytes of the nonce that come from the key block: RFC 5288 and RFC 6655 4, RFC 7905 12. */
  size_t fixed_iv_size() const { return aead == AeadKind::kChaCha20 ? 12 : 4; }
  /** Bytes of the nonce that stand in each record. */
  size_t explicit_nonce_size() const { return aead == AeadKind::kChaCha20 ? 0 : 8; }
  size_t overhead() const { return explicit_nonce_size() + tag_size; }
  /** Records that may fail authentication under one key. 2^23.5 for CCM: RFC 9147 §4.5.3; with CCM_8, one of
   * 2^23 is taken for authentic with a chance of 2^-41. 2^28 for GCM: RFC 9325 §4.4. */
  uint32_t integrity_limit() const { return uint32_t{1} << (aead == AeadKind::kCcm ? 23 : 28); }
};

constexpr size_t kCipherSuiteCount = 15;

const CipherSuite& CipherSuiteAt(size_t index);
size_t IndexOf(const CipherSuite& suite);
const CipherSuite* FindCipherSuite(uint16_t id);
const CipherSuite* FindCipherSuite(std::string_view name);

}  // namespace coapkit::dtls
