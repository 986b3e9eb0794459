#include "cipher_suites.h"

namespace coapkit::dtls {
namespace {

constexpr auto kEcdsa = KeyExchange::kEcdheEcdsa;
constexpr auto kEcdhePsk = KeyExchange::kEcdhePsk;
constexpr auto kPsk = KeyExchange::kPsk;
constexpr auto kCcm = AeadKind::kCcm;
constexpr auto kGcm = AeadKind::kGcm;
constexpr auto kChaCha = AeadKind::kChaCha20;

// In the default order of preference. No CBC: OpenSSL ends a session on a forged CBC record.
// clang-format off
constexpr CipherSuite kSuites[kCipherSuiteCount] = {
    {0xC0AE, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "ECDHE-ECDSA-AES128-CCM8", "AES-128-CCM", kEcdsa, kCcm, 16, 8, false},
    {0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "AES-128-GCM", kEcdsa, kGcm, 16, 16, false},
    {0xC0AC, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "ECDHE-ECDSA-AES128-CCM", "AES-128-CCM", kEcdsa, kCcm, 16, 16, false},
    {0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", "AES-256-GCM", kEcdsa, kGcm, 32, 16, true},
    {0xC0AD, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM", "ECDHE-ECDSA-AES256-CCM", "AES-256-CCM", kEcdsa, kCcm, 32, 16, false},
    {0xC0AF, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "ECDHE-ECDSA-AES256-CCM8", "AES-256-CCM", kEcdsa, kCcm, 32, 8, false},
    {0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ChaCha20-Poly1305", kEcdsa, kChaCha, 32, 16, false},
    {0xCCAC, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-PSK-CHACHA20-POLY1305", "ChaCha20-Poly1305", kEcdhePsk, kChaCha, 32, 16, false},
    {0xC0A8, "TLS_PSK_WITH_AES_128_CCM_8", "PSK-AES128-CCM8", "AES-128-CCM", kPsk, kCcm, 16, 8, false},
    {0x00A8, "TLS_PSK_WITH_AES_128_GCM_SHA256", "PSK-AES128-GCM-SHA256", "AES-128-GCM", kPsk, kGcm, 16, 16, false},
    {0xC0A4, "TLS_PSK_WITH_AES_128_CCM", "PSK-AES128-CCM", "AES-128-CCM", kPsk, kCcm, 16, 16, false},
    {0x00A9, "TLS_PSK_WITH_AES_256_GCM_SHA384", "PSK-AES256-GCM-SHA384", "AES-256-GCM", kPsk, kGcm, 32, 16, true},
    {0xC0A5, "TLS_PSK_WITH_AES_256_CCM", "PSK-AES256-CCM", "AES-256-CCM", kPsk, kCcm, 32, 16, false},
    {0xC0A9, "TLS_PSK_WITH_AES_256_CCM_8", "PSK-AES256-CCM8", "AES-256-CCM", kPsk, kCcm, 32, 8, false},
    {0xCCAB, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256", "PSK-CHACHA20-POLY1305", "ChaCha20-Poly1305", kPsk, kChaCha, 32, 16, false},
};
// clang-format on

}  // namespace

const CipherSuite& CipherSuiteAt(size_t index) { return kSuites[index]; }

size_t IndexOf(const CipherSuite& suite) { return static_cast<size_t>(&suite - kSuites); }

const CipherSuite* FindCipherSuite(uint16_t id) {
  for (const CipherSuite& suite : kSuites) {
    if (suite.id == id) return &suite;
  }
  return nullptr;
}

const CipherSuite* FindCipherSuite(std::string_view name) {
  for (const CipherSuite& suite : kSuites) {
    if (name == suite.name) return &suite;
  }
  return nullptr;
}

}  // namespace coapkit::dtls
