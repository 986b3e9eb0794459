#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "context_options.h"

namespace coapkit::dtls {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyFree>;

/** nullptr: it is none, or encrypted. */
KeyPointer ReadPrivateKey(const std::string& pem);

/** Loads chain, key and authorities. Returns what is wrong, or "". */
std::string UseCertificates(SSL_CTX* context, const CertificateOptions& options);

/** Demands that the server's certificate has this name or IP address; a name is also sent as SNI. */
bool ExpectServerName(SSL* ssl, const std::string& name);

/** The peer's certificate, DER; empty: it has none. */
Bytes PeerCertificate(SSL* ssl);

}  // namespace coapkit::dtls
