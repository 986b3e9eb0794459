#include "snapshots.h"

namespace coapkit::dtls {
namespace {

/** An object under construction. */
class ObjectMaker {
 public:
  explicit ObjectMaker(napi_env env) : env_(env) { napi_create_object(env, &object_); }

  napi_value object() const { return object_; }

  void Add(const char* name, napi_value value) { napi_set_named_property(env_, object_, name, value); }

  void AddString(const char* name, const char* text) {
    napi_value value;
    napi_create_string_utf8(env_, text, NAPI_AUTO_LENGTH, &value);
    Add(name, value);
  }

  void AddBoolean(const char* name, bool flag) {
    napi_value value;
    napi_get_boolean(env_, flag, &value);
    Add(name, value);
  }

  void AddNumber(const char* name, uint64_t number) {
    napi_value value;
    napi_create_double(env_, static_cast<double>(number), &value);
    Add(name, value);
  }

  void AddUndefined(const char* name) {
    napi_value value;
    napi_get_undefined(env_, &value);
    Add(name, value);
  }

  void AddBytes(const char* name, bool exists, ByteView bytes) {
    if (!exists) return AddUndefined(name);
    napi_value buffer, value;
    void* copy = nullptr;
    napi_create_arraybuffer(env_, bytes.size, &copy, &buffer);
    if (!bytes.empty()) std::memcpy(copy, bytes.data, bytes.size);
    napi_create_typedarray(env_, napi_uint8_array, bytes.size, buffer, 0, &value);
    Add(name, value);
  }

 private:
  const napi_env env_;
  napi_value object_ = nullptr;
};

const char* NameOf(Session::Stage stage) {
  switch (stage) {
    case Session::Stage::kHello:
      return "hello";
    case Session::Stage::kKey:
      return "key";
    case Session::Stage::kFinished:
      return "finished";
    case Session::Stage::kEstablished:
      return "established";
    case Session::Stage::kEnded:
      break;
  }
  return "ended";
}

ByteView ViewOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

napi_value MakeSessionInfo(napi_env env, const Session& session) {
  const PeerIdentity& peer = session.peer();
  const RecordLayer& records = session.records();
  ObjectMaker info(env);
  info.AddString("role", session.is_server() ? "server" : "client");
  info.AddString("stage", NameOf(session.stage()));
  if (records.has_keys()) {
    info.AddString("cipherSuite", records.suite()->name);
  } else {
    info.AddUndefined("cipherSuite");
  }
  info.AddBoolean("extendedMasterSecret", peer.has_extended_master_secret);
  info.AddBytes("pskIdentity", peer.has_psk_identity, ViewOf(peer.psk_identity));
  info.AddBytes("peerCertificate", !peer.certificate.empty(), peer.certificate);
  info.AddBytes("peerPublicKey", !peer.public_key.empty(), peer.public_key);
  info.AddBytes("connectionId", records.has_connection_ids(), records.own_cid());
  info.AddBytes("peerConnectionId", records.has_connection_ids(), records.peer_cid());
  info.AddNumber("authenticationFailures", records.authentication_failures());
  return info.object();
}

napi_value MakeCounters(napi_env env, const Counters& counters) {
  ObjectMaker object(env);
#define V(member, property) object.AddNumber(property, counters.member);
  COAPKIT_DTLS_COUNTERS(V)
#undef V
  return object.object();
}

}  // namespace coapkit::dtls
