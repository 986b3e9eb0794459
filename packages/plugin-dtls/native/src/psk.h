#pragma once

#include <openssl/ssl.h>

#include <string>

#include "bytes.h"

namespace coapkit::dtls {

constexpr size_t kMaxPskIdentity = 255;
constexpr size_t kMaxPskKey = 64;

/** A pre-shared key and its identity. The key is cleansed when it goes. */
class PreSharedKey {
 public:
  PreSharedKey() = default;
  ~PreSharedKey();
  PreSharedKey(const PreSharedKey&) = delete;
  PreSharedKey& operator=(const PreSharedKey&) = delete;

  void Set(std::string identity, ByteView key);
  /** A key that nobody knows. False: no randomness. */
  bool SetRandom(std::string identity);
  const std::string& identity() const { return identity_; }
  ByteView key() const { return {key_, key_size_}; }

 private:
  std::string identity_;
  uint8_t key_[kMaxPskKey] = {};
  size_t key_size_ = 0;
};

/**
 * Finds the identity in the fragments of a ClientKeyExchange, before OpenSSL asks for its key and would not
 * wait: `opaque psk_identity<0..2^16-1>` comes first in it, with PSK and ECDHE_PSK. RFC 4279 §2, RFC 5489 §2.
 */
class PskIdentityPeek {
 public:
  enum class Result { kNoKeyExchange, kIncomplete, kComplete };

  /** Takes the plaintext of a handshake record. */
  Result Take(ByteView fragment);

  /** Once complete. */
  const std::string& identity() const { return identity_; }

 private:
  static constexpr size_t kCapacity = 2 + kMaxPskIdentity;

  void TakeFragment(size_t offset, ByteView body);
  bool IsComplete();

  uint8_t bytes_[kCapacity] = {};
  bool has_[kCapacity] = {};
  std::string identity_;
};

/** Sets the callbacks of both roles. The app data of an SSL must be its Handshake. */
void SetServerPskCallback(SSL* ssl);
void SetClientPskCallback(SSL* ssl);

}  // namespace coapkit::dtls
