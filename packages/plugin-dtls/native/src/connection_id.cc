#include "connection_id.h"

#include <openssl/rand.h>

#include "handshake.h"

namespace coapkit::dtls {
namespace {

constexpr unsigned kExtensionType = 54;
constexpr unsigned kExtensionContext = SSL_EXT_DTLS_ONLY | SSL_EXT_CLIENT_HELLO | SSL_EXT_TLS1_2_SERVER_HELLO;

/** 1: send the extension; 0: do not; -1: fail. A server is only asked where the client has sent it. */
int AddExtension(SSL* ssl, unsigned, unsigned, const unsigned char** out, size_t* size, X509*, size_t,
                 int* alert, void*) {
  const Bytes* body = Handshake::From(ssl)->OfferConnectionId();
  if (body == nullptr) {
    *alert = SSL_AD_INTERNAL_ERROR;
    return -1;
  }
  *out = body->data();
  *size = body->size();
  return 1;
}

/** 1: taken; else the handshake fails with `alert`. */
int ParseExtension(SSL* ssl, unsigned, unsigned, const unsigned char* in, size_t size, X509*, size_t,
                   int* alert, void*) {
  if (size == 0 || in[0] != size - 1) {
    *alert = SSL_AD_DECODE_ERROR;
    return 0;
  }
  Handshake::From(ssl)->TakePeerConnectionId({in + 1, size - 1});
  return 1;
}

}  // namespace

bool ConnectionIdTable::Allocate(uint32_t session, Bytes* cid) {
  cid->clear();
  if (size_ == 0) return true;
  do {
    *cid = prefix_;
    cid->resize(size_);
    if (RAND_bytes(cid->data() + prefix_.size(), static_cast<int>(size_ - prefix_.size())) != 1) return false;
  } while (!sessions_.emplace(Key(*cid), session).second);
  return true;
}

void ConnectionIdTable::Release(ByteView cid) {
  if (!cid.empty()) sessions_.erase(Key(cid));
}

uint32_t ConnectionIdTable::Find(ByteView cid) const {
  const auto found = sessions_.find(Key(cid));
  return found == sessions_.end() ? 0 : found->second;
}

bool AddConnectionIdExtension(SSL_CTX* context) {
  return SSL_CTX_add_custom_ext(context, kExtensionType, kExtensionContext, AddExtension, nullptr, nullptr,
                                ParseExtension, nullptr) == 1;
}

}  // namespace coapkit::dtls
