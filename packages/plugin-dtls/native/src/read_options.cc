#include "read_options.h"

#include <utility>

#include "arguments.h"

namespace coapkit::dtls {
namespace {

void ReadSuites(napi_env env, Properties& from, std::vector<const CipherSuite*>* suites) {
  from.ReadArray("cipherSuites", "an array of known cipher suites", [&](napi_value element) {
    std::string name;
    const CipherSuite* suite =
        ReadString(env, element, &name) ? FindCipherSuite(std::string_view(name)) : nullptr;
    if (suite != nullptr) suites->push_back(suite);
    return suite != nullptr;
  });
}

void ReadCertificates(Properties from, CertificateOptions* options) {
  static constexpr std::pair<const char*, ClientCertificate> kModes[] = {
      {"none", ClientCertificate::kNone},
      {"request", ClientCertificate::kRequest},
      {"require", ClientCertificate::kRequire},
  };
  from.Read("chain", &options->chain);
  from.Read("privateKey", &options->private_key);
  from.Read("authorities", &options->authorities);
  std::string mode = "require";
  from.Read("clientCertificate", &mode);
  for (const auto& [name, value] : kModes) {
    if (mode != name) continue;
    options->client_certificate = value;
    return;
  }
  from.Refuse("clientCertificate", "\"none\", \"request\" or \"require\"");
}

void ReadRawPublicKeys(napi_env env, Properties from, RawPublicKeyOptions* options) {
  from.Read("privateKey", &options->private_key);
  from.ReadArray("acceptedPeers", "an array of Uint8Array", [&](napi_value element) {
    ByteView key;
    const bool ok = ReadBytes(env, element, &key);
    if (ok) options->accepted_peers.push_back(key.Copy());
    return ok;
  });
}

}  // namespace

bool ReadContextOptions(napi_env env, napi_value object, ContextOptions* options) {
  Properties from(env, object, "");
  ReadSuites(env, from, &options->suites);
  if (Properties psk = from.Nested("preSharedKeys"); psk.exists()) {
    options->has_psk = true;
    psk.Read("identityHint", &options->psk_identity_hint);
    psk.Read("concealUnknownIdentities", &options->conceals_unknown_identities);
    if (!psk.ok()) return false;
  }
  if (Properties certificates = from.Nested("certificates"); certificates.exists()) {
    options->has_certificates = true;
    ReadCertificates(certificates, &options->certificates);
  }
  if (Properties keys = from.Nested("rawPublicKeys"); keys.exists()) {
    options->has_raw_public_keys = true;
    ReadRawPublicKeys(env, keys, &options->raw_public_keys);
  }
  if (Properties cid = from.Nested("connectionId"); cid.exists()) {
    options->has_connection_id = true;
    cid.ReadNumber("lengthBytes", &options->cid_size);
    cid.Read("prefix", &options->cid_prefix);
  }
  from.Read("requireExtendedMasterSecret", &options->requires_extended_master_secret);
  from.ReadNumber("mtuBytes", &options->mtu);
  from.ReadNumber("retransmitInitialMs", &options->retransmit_initial_ms);
  from.ReadNumber("maxHandshakes", &options->max_handshakes);
  bool is_thrown = false;
  napi_is_exception_pending(env, &is_thrown);
  return !is_thrown;
}

bool ReadConnectOptions(napi_env env, napi_value object, ConnectOptions* options, Bytes* key) {
  Properties from(env, object, "");
  from.Read("serverName", &options->server_name);
  from.Read("pskIdentity", &options->psk_identity);
  from.Read("pskKey", key);
  bool is_thrown = false;
  napi_is_exception_pending(env, &is_thrown);
  if (is_thrown) return false;
  options->psk_key = *key;
  const std::string& identity = options->psk_identity;
  if (identity.empty() != key->empty()) {
    ThrowTypeError(env, "pskIdentity and pskKey belong together");
  } else if (identity.size() > kMaxPskIdentity || identity.find('\0') != std::string::npos) {
    ThrowRangeError(env, "pskIdentity must have 1 to 255 bytes, none of them 0");
  } else if (key->size() > kMaxPskKey) {
    ThrowRangeError(env, "pskKey must have 1 to 64 bytes");
  } else if (options->server_name.find('\0') != std::string::npos) {
    ThrowRangeError(env, "serverName must not have a byte 0");
  } else {
    return true;
  }
  return false;
}

}  // namespace coapkit::dtls
