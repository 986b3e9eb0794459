#pragma once

#include <openssl/ssl.h>

#include <string>

#include "context_options.h"

namespace coapkit::dtls {

/** Loads the key and makes raw public keys (RFC 7250) the only kind of both sides. Returns what is wrong, or
 * "". */
std::string UseRawPublicKeys(SSL_CTX* context, const RawPublicKeyOptions& options);

/** The peer's key, DER SubjectPublicKeyInfo; empty: it has none. */
Bytes PeerRawPublicKey(SSL* ssl);

}  // namespace coapkit::dtls
