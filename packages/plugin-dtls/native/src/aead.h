#pragma once

#include <openssl/evp.h>

#include <memory>

#include "bytes.h"
#include "cipher_suites.h"

namespace coapkit::dtls {

constexpr size_t kNonceSize = 12;
constexpr size_t kMaxKeySize = 32;
constexpr size_t kMaxTagSize = 16;

/**
 * Cipher contexts, one for each suite and direction, keyed anew for each record: a context of its own for
 * each session would cost more memory than all the rest of it, and is not faster.
 */
class AeadPool {
 public:
  /** Encrypts `size` bytes in place and writes the tag behind them. False: OpenSSL failed. */
  bool Seal(const CipherSuite& suite, const uint8_t* key, const uint8_t* nonce, ByteView additional,
            uint8_t* in_place, size_t size);

  /** Decrypts to `out`, which may be `sealed.data`; `sealed` ends with the tag. False: not authentic, and
   * `out` has nothing of it. */
  bool Open(const CipherSuite& suite, const uint8_t* key, const uint8_t* nonce, ByteView additional,
            ByteView sealed, uint8_t* out);

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free>;

  static EVP_CIPHER_CTX* Prepared(CipherContext* slot, const CipherSuite& suite, int encrypt);

  CipherContext sealing_[kCipherSuiteCount];
  CipherContext opening_[kCipherSuiteCount];
};

}  // namespace coapkit::dtls
