#include "raw_public_keys.h"

#include <openssl/x509.h>

#include <algorithm>

#include "certificates.h"
#include "context.h"
#include "error_queue.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace coapkit::dtls {
namespace {

constexpr unsigned char kRawPublicKeyType = 2;  // RFC 7250 §7

/** A function of the OpenSSL in this process; nullptr where it is older. */
template <typename Function>
Function FindFunction(const char* name) {
#ifdef _WIN32
  return reinterpret_cast<Function>(GetProcAddress(GetModuleHandle(nullptr), name));
#else
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
#endif
}

/** Functions that OpenSSL has since 3.2; the headers of the oldest supported one do not declare them. */
struct Functions {
  using SetTypes = int (*)(SSL_CTX*, const unsigned char*, size_t);
  SetTypes set_client_types = FindFunction<SetTypes>("SSL_CTX_set1_client_cert_type");
  SetTypes set_server_types = FindFunction<SetTypes>("SSL_CTX_set1_server_cert_type");
  EVP_PKEY* (*peer_key)(const SSL*) = FindFunction<EVP_PKEY* (*)(const SSL*)>("SSL_get0_peer_rpk");
  EVP_PKEY* (*verified_key)(X509_STORE_CTX*) =
      FindFunction<EVP_PKEY* (*)(X509_STORE_CTX*)>("X509_STORE_CTX_get0_rpk");

  bool all() const { return set_client_types && set_server_types && peer_key && verified_key; }
};

const Functions& OpenSsl() {
  static const Functions functions;
  return functions;
}

Bytes SubjectPublicKeyInfo(EVP_PKEY* key) {
  const int size = key == nullptr ? 0 : i2d_PUBKEY(key, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<size_t>(size));
  unsigned char* out = der.data();
  i2d_PUBKEY(key, &out);
  return der;
}

/** Decides alone: only a key of the list is accepted, and no certificate. */
int VerifyPeer(X509_STORE_CTX* store, void* options) {
  const auto& accepted = static_cast<const RawPublicKeyOptions*>(options)->accepted_peers;
  const Bytes key = SubjectPublicKeyInfo(OpenSsl().verified_key(store));
  const bool is_accepted = !key.empty() && std::find(accepted.begin(), accepted.end(), key) != accepted.end();
  X509_STORE_CTX_set_error(store, is_accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return is_accepted ? 1 : 0;
}

}  // namespace

std::string UseRawPublicKeys(SSL_CTX* context, const RawPublicKeyOptions& options) {
  if (!OpenSsl().all()) {
    return std::string("rawPublicKeys needs OpenSSL 3.2 or later, and this is ") +
           OpenSSL_version(OPENSSL_VERSION) + "; use Node.js 22 or later";
  }
  ErrorQueueScope errors;
  KeyPointer key = ReadPrivateKey(options.private_key);
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return "rawPublicKeys.privateKey is no unencrypted private key in PEM: " + errors.Text();
  }
  if (OpenSsl().set_client_types(context, &kRawPublicKeyType, 1) != 1 ||
      OpenSsl().set_server_types(context, &kRawPublicKeyType, 1) != 1) {
    return "rawPublicKeys are refused: " + errors.Text();
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, VerifyPeer, const_cast<RawPublicKeyOptions*>(&options));
  return "";
}

Bytes PeerRawPublicKey(SSL* ssl) {
  return OpenSsl().all() ? SubjectPublicKeyInfo(OpenSsl().peer_key(ssl)) : Bytes();
}

}  // namespace coapkit::dtls
