#include "context.h"

#include "certificates.h"
#include "error_queue.h"
#include "raw_public_keys.h"

namespace coapkit::dtls {
namespace {

constexpr int kSecurityLevel = 2;  // 112 bits; the default differs between versions and distributions
constexpr char kGroups[] = "P-256:X25519";
constexpr long kMaxCertificateList = 32768;  // what a peer may make us keep during a handshake
constexpr uint64_t kOptions = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                              SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION;

bool IsCipherQuestion(int operation) {
  return operation == SSL_SECOP_CIPHER_SUPPORTED || operation == SSL_SECOP_CIPHER_SHARED ||
         operation == SSL_SECOP_CIPHER_CHECK;
}

}  // namespace

std::string CipherList(const std::vector<const CipherSuite*>& suites) {
  std::string list;
  for (const CipherSuite* suite : suites) {
    if (!list.empty()) list += ':';
    list += suite->openssl_name;
  }
  return list;
}

Context::Context(ContextOptions options, Output output)
    : options_(std::move(options)),
      output_(output),
      connection_ids_(options_.cid_size, options_.cid_prefix) {}

std::string Context::Start(bool logs_keys) {
  ErrorQueueScope errors;
  ssl_context_.reset(SSL_CTX_new(DTLS_method()));
  if (!ssl_context_ || !Configure()) return "OpenSSL refuses the options: " + errors.Text();
  if (logs_keys) key_log_.Enable(ssl_context_.get());
  std::string problem = UseKeys();
  options_.ForgetPrivateKeys();
  return problem;
}

bool Context::Configure() {
  SSL_CTX* context = ssl_context_.get();
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_options(context, kOptions);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateList);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_security_level(context, kSecurityLevel);
  default_security_ = SSL_CTX_get_security_callback(context);
  SSL_CTX_set_security_callback(context, CheckSecurity);
  return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, CipherList(options_.suites).c_str()) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         (options_.psk_identity_hint.empty() ||
          SSL_CTX_use_psk_identity_hint(context, options_.psk_identity_hint.c_str()) == 1) &&
         (!options_.has_connection_id || AddConnectionIdExtension(context)) &&
         listener_.Start(context, options_.mtu);
}

std::string Context::UseKeys() {
  if (options_.has_certificates) return UseCertificates(ssl_context_.get(), options_.certificates);
  if (options_.has_raw_public_keys) return UseRawPublicKeys(ssl_context_.get(), options_.raw_public_keys);
  return "";
}

/** OpenSSL 3.5 counts CCM_8 as 64 bits, for its tag, but RFC 7252 §9.1.3 demands it. All else is as before.
 */
int Context::CheckSecurity(const SSL* ssl, const SSL_CTX* ssl_context, int operation, int bits, int nid,
                           void* other, void* extra) {
  if (IsCipherQuestion(operation)) {
    const CipherSuite* suite =
        FindCipherSuite(SSL_CIPHER_get_protocol_id(static_cast<const SSL_CIPHER*>(other)));
    if (suite != nullptr && suite->is_ccm8()) return 1;
  }
  const SSL_CTX* own = ssl != nullptr ? SSL_get_SSL_CTX(ssl) : ssl_context;
  const auto* context = static_cast<const Context*>(SSL_CTX_get_app_data(own));
  return context->default_security_(ssl, ssl_context, operation, bits, nid, other, extra);
}

}  // namespace coapkit::dtls
