#include "certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "error_queue.h"

namespace coapkit::dtls {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioFree>;

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using CertificatePointer = std::unique_ptr<X509, CertificateFree>;

BioPointer ReadFrom(const std::string& text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/** Never asks on the terminal. */
int NoPassphrase(char*, int, int, void*) { return -1; }

/** Calls `use` for each certificate of a PEM text. Returns how many there were; -1: one was refused. */
template <typename Use>
int ForEachCertificate(const std::string& pem, Use use) {
  BioPointer bio = ReadFrom(pem);
  int count = 0;
  while (bio) {
    CertificatePointer certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr));
    if (!certificate) break;
    if (!use(certificate.get(), count++)) return -1;
  }
  return count;
}

std::string UseChain(SSL_CTX* context, const CertificateOptions& options, const ErrorQueueScope& errors) {
  const int count = ForEachCertificate(options.chain, [&](X509* certificate, int index) {
    return (index == 0 ? SSL_CTX_use_certificate(context, certificate)
                       : static_cast<int>(SSL_CTX_add1_chain_cert(context, certificate))) == 1;
  });
  if (count < 0) return "certificates.chain is refused: " + errors.Text();
  if (count == 0) return "certificates.chain has no certificate in PEM";
  KeyPointer key = ReadPrivateKey(options.private_key);
  if (!key) return "certificates.privateKey is no unencrypted private key in PEM: " + errors.Text();
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return "certificates.privateKey does not fit the first certificate: " + errors.Text();
  }
  return "";
}

std::string UseAuthorities(SSL_CTX* context, const std::string& pem, const ErrorQueueScope& errors) {
  const int count = ForEachCertificate(pem, [&](X509* authority, int) {
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1 &&
           SSL_CTX_add_client_CA(context, authority) == 1;
  });
  if (count < 0) return "certificates.authorities is refused: " + errors.Text();
  if (count == 0) return "certificates.authorities has no certificate in PEM";
  return "";
}

int VerifyMode(ClientCertificate client_certificate) {
  switch (client_certificate) {
    case ClientCertificate::kNone:
      return SSL_VERIFY_NONE;
    case ClientCertificate::kRequest:
      return SSL_VERIFY_PEER;
    case ClientCertificate::kRequire:
      break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace

KeyPointer ReadPrivateKey(const std::string& pem) {
  BioPointer bio = ReadFrom(pem);
  return KeyPointer(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr) : nullptr);
}

std::string UseCertificates(SSL_CTX* context, const CertificateOptions& options) {
  ErrorQueueScope errors;
  std::string problem;
  if (!options.chain.empty()) problem = UseChain(context, options, errors);
  if (problem.empty() && !options.authorities.empty())
    problem = UseAuthorities(context, options.authorities, errors);
  SSL_CTX_set_verify(context, VerifyMode(options.client_certificate), nullptr);
  return problem;
}

bool ExpectServerName(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1) return true;
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

Bytes PeerCertificate(SSL* ssl) {
  CertificatePointer certificate(SSL_get1_peer_certificate(ssl));
  if (!certificate) return {};
  const int size = i2d_X509(certificate.get(), nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<size_t>(size));
  unsigned char* out = der.data();
  i2d_X509(certificate.get(), &out);
  return der;
}

}  // namespace coapkit::dtls
