#include "key_schedule.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "error_queue.h"

namespace coapkit::dtls {
namespace {

constexpr char kKeyExpansion[] = "key expansion";
constexpr size_t kLabelSize = sizeof kKeyExpansion - 1;
constexpr size_t kSeedSize = kLabelSize + 2 * kRandomSize;

/** P_hash of RFC 5246 §5: HMAC(secret, A(i) + seed) for i = 1, 2, …, with A(0) = seed and A(i) = HMAC(secret,
 * A(i - 1)). */
bool ExpandSecret(const EVP_MD* digest, const uint8_t* secret, const uint8_t* seed, uint8_t* out,
                  size_t size) {
  uint8_t chained[EVP_MAX_MD_SIZE + kSeedSize];  // A(i) + seed
  uint8_t block[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  bool ok = HMAC(digest, secret, kMasterSecretSize, seed, kSeedSize, chained, &length) != nullptr;
  while (ok && size > 0) {
    std::memcpy(chained + length, seed, kSeedSize);
    ok = HMAC(digest, secret, kMasterSecretSize, chained, length + kSeedSize, block, nullptr) != nullptr;
    const size_t count = std::min<size_t>(size, length);
    std::memcpy(out, block, count);
    out += count;
    size -= count;
    std::memcpy(block, chained, length);
    ok = ok && HMAC(digest, secret, kMasterSecretSize, block, length, chained, nullptr) != nullptr;
  }
  OPENSSL_cleanse(chained, sizeof chained);
  OPENSSL_cleanse(block, sizeof block);
  return ok;
}

}  // namespace

DirectionKeys::~DirectionKeys() { OPENSSL_cleanse(this, sizeof *this); }

HandshakeSecrets::~HandshakeSecrets() { OPENSSL_cleanse(this, sizeof *this); }

bool DeriveKeys(const CipherSuite& suite, const HandshakeSecrets& secrets, DirectionKeys* client,
                DirectionKeys* server) {
  ErrorQueueScope errors;
  uint8_t seed[kSeedSize];
  std::memcpy(seed, kKeyExpansion, kLabelSize);
  std::memcpy(seed + kLabelSize, secrets.server_random, kRandomSize);  // the server's first: RFC 5246 §6.3
  std::memcpy(seed + kLabelSize + kRandomSize, secrets.client_random, kRandomSize);

  uint8_t block[2 * (kMaxKeySize + kNonceSize)];
  const EVP_MD* digest = suite.is_sha384 ? EVP_sha384() : EVP_sha256();
  const size_t key_size = suite.key_size, iv_size = suite.fixed_iv_size();
  const bool ok = ExpandSecret(digest, secrets.master, seed, block, 2 * (key_size + iv_size));
  if (ok) {
    std::memcpy(client->key, block, key_size);
    std::memcpy(server->key, block + key_size, key_size);
    std::memcpy(client->iv, block + 2 * key_size, iv_size);
    std::memcpy(server->iv, block + 2 * key_size + iv_size, iv_size);
  }
  OPENSSL_cleanse(block, sizeof block);
  return ok;
}

}  // namespace coapkit::dtls
