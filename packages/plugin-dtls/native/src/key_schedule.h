#pragma once

#include "aead.h"
#include "bytes.h"

namespace coapkit::dtls {

constexpr size_t kMasterSecretSize = 48;
constexpr size_t kRandomSize = 32;

/** Key and fixed part of the nonce, of one direction. Cleansed when it goes. */
struct DirectionKeys {
  uint8_t key[kMaxKeySize] = {};
  uint8_t iv[kNonceSize] = {};

  ~DirectionKeys();
};

/** What a handshake leaves behind. */
struct HandshakeSecrets {
  uint8_t master[kMasterSecretSize];
  uint8_t client_random[kRandomSize];
  uint8_t server_random[kRandomSize];

  ~HandshakeSecrets();
};

/** Keys of both sides: RFC 5246 §6.3, AEAD suites, so without MAC keys. False: OpenSSL failed. */
bool DeriveKeys(const CipherSuite& suite, const HandshakeSecrets& secrets, DirectionKeys* client,
                DirectionKeys* server);

}  // namespace coapkit::dtls
