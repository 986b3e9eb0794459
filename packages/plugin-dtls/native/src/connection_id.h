#pragma once

#include <openssl/ssl.h>

#include <string>
#include <unordered_map>

#include "bytes.h"

namespace coapkit::dtls {

constexpr size_t kMaxOwnCidSize = 16;
constexpr size_t kMinRandomCidBytes = 6;

/** The connection IDs that peers of a context put into their records. */
class ConnectionIdTable {
 public:
  /** `size` 0: sessions get an empty one, which is in no table. */
  ConnectionIdTable(size_t size, Bytes prefix) : size_(size), prefix_(std::move(prefix)) {}

  size_t size() const { return size_; }
  /** A connection ID that no other session has. False: no randomness. */
  bool Allocate(uint32_t session, Bytes* cid);
  void Release(ByteView cid);
  /** 0: none has it. */
  uint32_t Find(ByteView cid) const;

 private:
  static std::string Key(ByteView cid) { return {reinterpret_cast<const char*>(cid.data), cid.size}; }

  const size_t size_;
  const Bytes prefix_;
  std::unordered_map<std::string, uint32_t> sessions_;
};

/** Adds the extension connection_id (54) to the hellos of a context. RFC 9146 §3. False: OpenSSL failed. */
bool AddConnectionIdExtension(SSL_CTX* context);

}  // namespace coapkit::dtls
