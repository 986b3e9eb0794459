#include "psk.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

#include "client_hello.h"
#include "handshake.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kRandomKeySize = 32;

/** Copies a key to OpenSSL's buffer; 0 says that there is none. */
unsigned GiveKey(const PreSharedKey& psk, unsigned char* out, unsigned capacity) {
  const ByteView key = psk.key();
  if (key.size > capacity) return 0;
  std::memcpy(out, key.data, key.size);
  return static_cast<unsigned>(key.size);
}

unsigned ServerKey(SSL* ssl, const char* identity, unsigned char* out, unsigned capacity) {
  const PreSharedKey& psk = Handshake::From(ssl)->psk();
  // The key was looked up for the identity that was peeked; for no other one.
  return psk.identity() == identity ? GiveKey(psk, out, capacity) : 0;
}

unsigned ClientKey(SSL* ssl, const char*, char* identity, unsigned identity_capacity, unsigned char* out,
                   unsigned capacity) {
  const PreSharedKey& psk = Handshake::From(ssl)->psk();
  if (psk.identity().size() >= identity_capacity) return 0;
  std::memcpy(identity, psk.identity().c_str(), psk.identity().size() + 1);
  return GiveKey(psk, out, capacity);
}

}  // namespace

PreSharedKey::~PreSharedKey() { OPENSSL_cleanse(key_, sizeof key_); }

void PreSharedKey::Set(std::string identity, ByteView key) {
  identity_ = std::move(identity);
  key_size_ = std::min(key.size, kMaxPskKey);
  std::memcpy(key_, key.data, key_size_);
}

bool PreSharedKey::SetRandom(std::string identity) {
  identity_ = std::move(identity);
  // Without a key, OpenSSL refuses the client.
  key_size_ = RAND_bytes(key_, kRandomKeySize) == 1 ? kRandomKeySize : 0;
  return key_size_ > 0;
}

PskIdentityPeek::Result PskIdentityPeek::Take(ByteView fragment) {
  bool has_key_exchange = false;
  while (fragment.size >= kHandshakeHeaderSize) {
    const size_t offset = ReadU24(fragment.data + 6), length = ReadU24(fragment.data + 9);
    if (fragment.size - kHandshakeHeaderSize < length) break;
    if (fragment.data[0] == kClientKeyExchangeMessage) {
      has_key_exchange = true;
      TakeFragment(offset, {fragment.data + kHandshakeHeaderSize, length});
    }
    fragment = fragment.Skip(kHandshakeHeaderSize + length);
  }
  if (!has_key_exchange) return Result::kNoKeyExchange;
  return IsComplete() ? Result::kComplete : Result::kIncomplete;
}

void PskIdentityPeek::TakeFragment(size_t offset, ByteView body) {
  for (size_t i = 0; i < body.size && offset + i < kCapacity; i++) {
    bytes_[offset + i] = body.data[i];
    has_[offset + i] = true;
  }
}

bool PskIdentityPeek::IsComplete() {
  if (!has_[0] || !has_[1]) return false;
  // A longer one is cut here, and then equals none: OpenSSL refuses it anyway.
  const size_t size = std::min<size_t>(ReadU16(bytes_), kMaxPskIdentity);
  if (!std::all_of(has_, has_ + 2 + size, [](bool has) { return has; })) return false;
  identity_.assign(reinterpret_cast<const char*>(bytes_) + 2, size);
  return true;
}

void SetServerPskCallback(SSL* ssl) { SSL_set_psk_server_callback(ssl, ServerKey); }

void SetClientPskCallback(SSL* ssl) { SSL_set_psk_client_callback(ssl, ClientKey); }

}  // namespace coapkit::dtls
