#pragma once

#include "bio_port.h"
#include "record.h"

namespace coapkit::dtls {

/** The stateless part of a server: sends cookies until one comes back. RFC 6347 §4.2.1. */
class Listener {
 public:
  enum class Result { kNothing, kVerifyRequest, kAccepted };

  ~Listener();

  /** Makes the first secret and sets the callbacks; `context`'s app data must be its Context. False: no
   * randomness. */
  bool Start(SSL_CTX* context, size_t mtu);

  /** Makes another secret; the one before still counts. */
  bool Rotate();

  /** Takes a ClientHello. With kVerifyRequest `reply` is the record to send. */
  Result Listen(ByteView peer_key, const Record& record, Bytes* reply);

  /** The SSL that accepted; another one listens from then on. */
  PortedSsl Take() { return std::move(listening_); }

 private:
  static constexpr size_t kSecretSize = 32;
  static constexpr size_t kCookieSize = 32;

  static int GenerateCookie(SSL* ssl, unsigned char* cookie, unsigned* size);
  static int VerifyCookie(SSL* ssl, const unsigned char* cookie, unsigned size);
  bool MakeCookie(const uint8_t* secret, uint8_t* cookie) const;

  SSL_CTX* context_ = nullptr;
  size_t mtu_ = 0;
  PortedSsl listening_;
  uint8_t secrets_[2][kSecretSize] = {};  // the newest first
  Bytes cookie_input_;                    // what the cookie of this call is bound to
};

}  // namespace coapkit::dtls
