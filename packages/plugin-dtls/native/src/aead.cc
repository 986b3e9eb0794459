#include "aead.h"

#include <openssl/crypto.h>

#include "error_queue.h"

namespace coapkit::dtls {

EVP_CIPHER_CTX* AeadPool::Prepared(CipherContext* slot, const CipherSuite& suite, int encrypt) {
  if (*slot) return slot->get();
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr);
  CipherContext context(EVP_CIPHER_CTX_new());
  bool ok = cipher != nullptr && context &&
            EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, encrypt) == 1 &&
            EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, kNonceSize, nullptr) == 1;
  if (ok && encrypt && suite.aead == AeadKind::kCcm) {
    ok = EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, suite.tag_size, nullptr) == 1;
  }
  EVP_CIPHER_free(cipher);
  if (!ok) return nullptr;
  *slot = std::move(context);
  return slot->get();
}

bool AeadPool::Seal(const CipherSuite& suite, const uint8_t* key, const uint8_t* nonce, ByteView additional,
                    uint8_t* in_place, size_t size) {
  ErrorQueueScope errors;
  EVP_CIPHER_CTX* context = Prepared(&sealing_[IndexOf(suite)], suite, 1);
  if (context == nullptr || EVP_CipherInit_ex(context, nullptr, nullptr, key, nonce, 1) != 1) return false;
  int length = 0;
  if (suite.aead == AeadKind::kCcm &&
      EVP_CipherUpdate(context, nullptr, &length, nullptr, static_cast<int>(size)) != 1) {
    return false;
  }
  return EVP_CipherUpdate(context, nullptr, &length, additional.data, static_cast<int>(additional.size)) ==
             1 &&
         EVP_CipherUpdate(context, in_place, &length, in_place, static_cast<int>(size)) == 1 &&
         EVP_CipherFinal_ex(context, in_place + size, &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, suite.tag_size, in_place + size) == 1;
}

bool AeadPool::Open(const CipherSuite& suite, const uint8_t* key, const uint8_t* nonce, ByteView additional,
                    ByteView sealed, uint8_t* out) {
  if (sealed.size < suite.tag_size) return false;
  ErrorQueueScope errors;
  const size_t size = sealed.size - suite.tag_size;
  EVP_CIPHER_CTX* context = Prepared(&opening_[IndexOf(suite)], suite, 0);
  if (context == nullptr) return false;
  uint8_t tag[kMaxTagSize];
  std::memcpy(tag, sealed.data + size, suite.tag_size);
  int length = 0;
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, suite.tag_size, tag) != 1 ||
      EVP_CipherInit_ex(context, nullptr, nullptr, key, nonce, 0) != 1) {
    return false;
  }
  if (suite.aead == AeadKind::kCcm &&
      EVP_CipherUpdate(context, nullptr, &length, nullptr, static_cast<int>(size)) != 1) {
    return false;
  }
  // CCM has checked the tag with the data; its Final does nothing.
  const bool is_authentic =
      EVP_CipherUpdate(context, nullptr, &length, additional.data, static_cast<int>(additional.size)) == 1 &&
      EVP_CipherUpdate(context, out, &length, sealed.data, static_cast<int>(size)) == 1 &&
      (suite.aead == AeadKind::kCcm || EVP_CipherFinal_ex(context, out + size, &length) == 1);
  // GCM and ChaCha20 decrypt before they check.
  if (!is_authentic) OPENSSL_cleanse(out, size);
  return is_authentic;
}

}  // namespace coapkit::dtls
