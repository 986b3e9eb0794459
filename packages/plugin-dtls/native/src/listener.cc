#include "listener.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "client_hello.h"
#include "context.h"

namespace coapkit::dtls {
namespace {

struct AddressFree {
  void operator()(BIO_ADDR* address) const { BIO_ADDR_free(address); }
};

Listener* From(SSL* ssl) {
  return static_cast<Context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->listener();
}

}  // namespace

Listener::~Listener() { OPENSSL_cleanse(secrets_, sizeof secrets_); }

bool Listener::Start(SSL_CTX* context, size_t mtu) {
  context_ = context;
  mtu_ = mtu;
  SSL_CTX_set_cookie_generate_cb(context, GenerateCookie);
  SSL_CTX_set_cookie_verify_cb(context, VerifyCookie);
  return Rotate() && Rotate();
}

bool Listener::Rotate() {
  std::memcpy(secrets_[1], secrets_[0], kSecretSize);
  return RAND_bytes(secrets_[0], kSecretSize) == 1;
}

Listener::Result Listener::Listen(ByteView peer_key, const Record& record, Bytes* reply) {
  const ByteView random = ClientHelloRandom(record);
  if (random.empty()) return Result::kNothing;
  cookie_input_.assign(peer_key.data, peer_key.data + peer_key.size);
  cookie_input_.insert(cookie_input_.end(), random.data, random.data + random.size);

  ERR_clear_error();  // SSL_get_error reads it
  if (!listening_.ssl) listening_ = MakePortedSsl(context_, mtu_);
  std::unique_ptr<BIO_ADDR, AddressFree> address(BIO_ADDR_new());
  if (!listening_.ssl || !address) return Result::kNothing;
  listening_.port->set_input(record.whole);
  const int result = DTLSv1_listen(listening_.ssl.get(), address.get());
  listening_.port->ClearInput();
  ERR_clear_error();
  *reply = listening_.port->TakeOutput();
  if (result == 1) return Result::kAccepted;
  return reply->empty() ? Result::kNothing : Result::kVerifyRequest;
}

bool Listener::MakeCookie(const uint8_t* secret, uint8_t* cookie) const {
  return HMAC(EVP_sha256(), secret, kSecretSize, cookie_input_.data(), cookie_input_.size(), cookie,
              nullptr) != nullptr;
}

int Listener::GenerateCookie(SSL* ssl, unsigned char* cookie, unsigned* size) {
  const Listener* listener = From(ssl);
  *size = kCookieSize;
  return listener->MakeCookie(listener->secrets_[0], cookie) ? 1 : 0;
}

int Listener::VerifyCookie(SSL* ssl, const unsigned char* cookie, unsigned size) {
  if (size != kCookieSize) return 0;
  const Listener* listener = From(ssl);
  bool is_valid = false;
  for (const uint8_t* secret : {listener->secrets_[0], listener->secrets_[1]}) {
    uint8_t expected[kCookieSize];
    if (!listener->MakeCookie(secret, expected)) return 0;
    is_valid |= CRYPTO_memcmp(expected, cookie, kCookieSize) == 0;
  }
  return is_valid ? 1 : 0;
}

}  // namespace coapkit::dtls
