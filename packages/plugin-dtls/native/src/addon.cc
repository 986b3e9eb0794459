// The functions of src/native/dtls-engine.ts.

#include <node_api.h>
#include <openssl/crypto.h>

#include <memory>
#include <vector>

#include "arguments.h"
#include "context.h"
#include "read_options.h"
#include "session_table.h"
#include "snapshots.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kMaxPeerKey = 255;

/** A context, and what it keeps alive. */
struct ContextEntry {
  std::unique_ptr<Context> context;
  napi_ref scratch = nullptr;
  napi_ref on_key_log = nullptr;
};

/** Bytes that are cleansed when they go. */
struct SecretBytes {
  Bytes bytes;
  ~SecretBytes() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

/** All that belongs to one thread of JavaScript. */
struct Engine {
  std::vector<ContextEntry> contexts = std::vector<ContextEntry>(1);  // number 0 is no context's
  SessionTable sessions;                                              // goes before the contexts
  bool is_in_callback = false;
};

/** A call: its arguments and the engine. Where `ok` is false, it has thrown. */
class Call : public Arguments {
 public:
  Call(napi_env env, napi_callback_info info) : Arguments(env, info), engine(*static_cast<Engine*>(data())) {
    if (!engine.is_in_callback) return;
    ok = false;
    ThrowTypeError(env, "The engine is called from one of its callbacks");
  }

  /** The context or session whose number is the first argument; nullptr: has thrown. */
  ContextEntry* FindContext() {
    uint32_t number = 0;
    if (!ok || !Number(0, &number)) return nullptr;
    if (number < engine.contexts.size() && engine.contexts[number].context) return &engine.contexts[number];
    ThrowTypeError(env(), "No context has the number " + std::to_string(number));
    return nullptr;
  }

  Session* FindSession() {
    uint32_t number = 0;
    if (!ok || !Number(0, &number)) return nullptr;
    Session* session = engine.sessions.Find(number);
    if (session == nullptr) ThrowTypeError(env(), "No session has the number " + std::to_string(number));
    return session;
  }

  napi_value Return(uint32_t number) {
    napi_value value = nullptr;
    napi_create_uint32(env(), number, &value);
    return value;
  }

  napi_value ReturnUndefined() {
    napi_value value = nullptr;
    napi_get_undefined(env(), &value);
    return value;
  }

  /** Hands over key log lines, then returns the results of a call. */
  napi_value Return(Context* context) {
    const uint32_t end = context->output()->Finish();
    if (!context->key_log()->lines().empty() && !EmitKeyLog(context)) return nullptr;
    return Return(end);
  }

  Engine& engine;
  bool ok = true;

 private:
  bool EmitKeyLog(Context* context);
};

/** False: the callback has thrown. */
bool Call::EmitKeyLog(Context* context) {
  napi_value callback = nullptr, receiver = nullptr;
  for (const ContextEntry& entry : engine.contexts) {
    if (entry.context.get() == context) napi_get_reference_value(env(), entry.on_key_log, &callback);
  }
  napi_get_undefined(env(), &receiver);
  engine.is_in_callback = true;
  bool has_returned = true;
  for (const std::string& line : context->key_log()->lines()) {
    napi_value text = nullptr;
    napi_create_string_utf8(env(), line.data(), line.size(), &text);
    has_returned =
        has_returned && napi_call_function(env(), receiver, callback, 1, &text, nullptr) == napi_ok;
  }
  engine.is_in_callback = false;
  context->key_log()->Clear();
  return has_returned;
}

/** The onKeyLog of a callbacks object, if it has one. False: has thrown. */
bool ReadKeyLogCallback(napi_env env, napi_value callbacks, napi_value* on_key_log) {
  *on_key_log = nullptr;
  if (IsUndefined(env, callbacks)) return true;
  napi_value value;
  if (napi_get_named_property(env, callbacks, "onKeyLog", &value) != napi_ok) {
    ThrowTypeError(env, "Argument 2 must be an object");
    return false;
  }
  if (IsUndefined(env, value)) return true;
  napi_valuetype type;
  napi_typeof(env, value, &type);
  if (type != napi_function) {
    ThrowTypeError(env, "onKeyLog must be a function");
    return false;
  }
  *on_key_log = value;
  return true;
}

napi_value CreateContext(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextOptions options;
  ByteView scratch;
  napi_value on_key_log = nullptr;
  if (!call.ok || !ReadContextOptions(env, call[0], &options) || !call.Bytes(1, &scratch) ||
      !ReadKeyLogCallback(env, call[2], &on_key_log)) {
    return nullptr;
  }
  if (scratch.size < kScratchMin) {
    return ThrowRangeError(env,
                           "The scratch buffer must have at least " + std::to_string(kScratchMin) + " bytes");
  }
  const std::string inconsistency = options.Complete();
  if (!inconsistency.empty()) return ThrowRangeError(env, "DTLS options: " + inconsistency);

  ContextEntry entry;
  entry.context =
      std::make_unique<Context>(std::move(options), Output(const_cast<uint8_t*>(scratch.data), scratch.size));
  const std::string problem = entry.context->Start(on_key_log != nullptr);
  if (!problem.empty()) {
    napi_throw_error(env, nullptr, ("DTLS options: " + problem + ".").c_str());
    return nullptr;
  }
  napi_create_reference(env, call[1], 1, &entry.scratch);
  if (on_key_log != nullptr) napi_create_reference(env, on_key_log, 1, &entry.on_key_log);
  call.engine.contexts.push_back(std::move(entry));
  return call.Return(static_cast<uint32_t>(call.engine.contexts.size() - 1));
}

napi_value DestroyContext(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextEntry* entry = call.FindContext();
  if (entry == nullptr) return nullptr;
  call.engine.sessions.RemoveAllOf(entry->context.get());
  if (entry->on_key_log != nullptr) napi_delete_reference(env, entry->on_key_log);
  napi_delete_reference(env, entry->scratch);
  *entry = ContextEntry();
  return call.ReturnUndefined();
}

void Accept(Engine* engine, Context* context, const Record& client_hello) {
  Output* output = context->output();
  const uint32_t number =
      context->handshakes < context->options().max_handshakes ? engine->sessions.Reserve() : 0;
  if (number == 0) {
    context->counters()->handshakes_refused++;
    return;
  }
  auto session = std::make_unique<Session>(context, number, true);
  output->set_session(number);
  output->Set(kAccepted);
  session->Accept(context->listener()->Take(), client_hello, output);
  engine->sessions.Put(number, std::move(session));
}

napi_value Listen(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextEntry* entry = call.FindContext();
  ByteView peer_key, datagram;
  if (entry == nullptr || !call.Bytes(1, &peer_key) || !call.Range(2, &datagram)) return nullptr;
  if (peer_key.empty() || peer_key.size > kMaxPeerKey) {
    return ThrowRangeError(env, "The peer key must have 1 to 255 bytes");
  }
  Context* context = entry->context.get();
  context->output()->Begin(0);
  Record record;
  Bytes reply;
  if (!ParseRecord(datagram, 0, &record)) {
    context->counters()->dropped_malformed++;
    return call.Return(context);
  }
  switch (context->listener()->Listen(peer_key, record, &reply)) {
    case Listener::Result::kNothing:
      context->counters()->dropped_unexpected++;
      break;
    case Listener::Result::kVerifyRequest:
      context->counters()->hello_verify_requests++;
      context->output()->Append(FrameKind::kDatagram, reply);
      break;
    case Listener::Result::kAccepted:
      Accept(&call.engine, context, record);
      break;
  }
  return call.Return(context);
}

napi_value Connect(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextEntry* entry = call.FindContext();
  ConnectOptions options;
  SecretBytes key;
  if (entry == nullptr || !ReadConnectOptions(env, call[1], &options, &key.bytes)) return nullptr;
  const uint32_t number = call.engine.sessions.Reserve();
  if (number == 0) return ThrowRangeError(env, "There are too many sessions");
  Context* context = entry->context.get();
  context->output()->Begin(number);
  auto session = std::make_unique<Session>(context, number, false);
  const std::string problem = session->Connect(options, context->output());
  call.engine.sessions.Put(number, std::move(session));
  if (problem.empty()) return call.Return(context);
  call.engine.sessions.Remove(number);
  return ThrowTypeError(env, "Cannot connect: " + problem);
}

napi_value Feed(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  ByteView datagram;
  if (session == nullptr || !call.Range(1, &datagram)) return nullptr;
  Context* context = session->context();
  context->output()->Begin(session->id());
  session->Feed(datagram, context->output());
  return call.Return(context);
}

napi_value Resume(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  if (session == nullptr) return nullptr;
  ByteView key;
  const bool has_key = !IsUndefined(env, call[1]);
  if (has_key && !call.Bytes(1, &key)) return nullptr;
  if (has_key && (key.empty() || key.size > kMaxPskKey)) {
    return ThrowRangeError(env, "The key must have 1 to 64 bytes");
  }
  Context* context = session->context();
  context->output()->Begin(session->id());
  session->Resume(has_key ? &key : nullptr, context->output());
  return call.Return(context);
}

napi_value Write(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  ByteView plaintext;
  if (session == nullptr || !call.Range(1, &plaintext)) return nullptr;
  if (session->stage() != Session::Stage::kEstablished)
    return ThrowTypeError(env, "The session is not established");
  if (plaintext.size > session->max_plaintext()) {
    return ThrowRangeError(env,
                           "A record holds at most " + std::to_string(session->max_plaintext()) + " bytes");
  }
  Context* context = session->context();
  context->output()->Begin(session->id());
  session->Write(plaintext, context->output());
  return call.Return(context);
}

napi_value Timeout(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  if (session == nullptr) return nullptr;
  Context* context = session->context();
  context->output()->Begin(session->id());
  session->Retransmit(context->output());
  return call.Return(context);
}

napi_value Close(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  if (session == nullptr) return nullptr;
  Context* context = session->context();
  context->output()->Begin(session->id());
  session->Close(context->output());
  return call.Return(context);
}

napi_value Free(napi_env env, napi_callback_info info) {
  Call call(env, info);
  Session* session = call.FindSession();
  if (session == nullptr) return nullptr;
  call.engine.sessions.Remove(session->id());
  return call.ReturnUndefined();
}

napi_value FindByConnectionId(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextEntry* entry = call.FindContext();
  ByteView datagram;
  if (entry == nullptr || !call.Range(1, &datagram)) return nullptr;
  Context* context = entry->context.get();
  Record record;
  const bool has_cid =
      ParseRecord(datagram, context->connection_ids()->size(), &record) && !record.cid.empty();
  const uint32_t session = has_cid ? context->connection_ids()->Find(record.cid) : 0;
  if (session == 0 && has_cid) context->counters()->dropped_connection_id++;
  return call.Return(session);
}

napi_value Info(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const Session* session = call.FindSession();
  return session == nullptr ? nullptr : MakeSessionInfo(env, *session);
}

napi_value GetCounters(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const ContextEntry* entry = call.FindContext();
  return entry == nullptr ? nullptr : MakeCounters(env, *entry->context->counters());
}

napi_value Rotate(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const ContextEntry* entry = call.FindContext();
  if (entry == nullptr) return nullptr;
  if (!entry->context->listener()->Rotate()) {
    napi_throw_error(env, nullptr, "OpenSSL has no randomness for a cookie secret.");
    return nullptr;
  }
  return call.ReturnUndefined();
}

napi_value Initialize(napi_env env, napi_value exports) {
  auto* engine = new Engine();
  napi_set_instance_data(
      env, engine, [](napi_env, void* data, void*) { delete static_cast<Engine*>(data); }, nullptr);
  const napi_property_attributes attributes = napi_enumerable;
  const auto method = [&](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, attributes, engine};
  };
  const napi_property_descriptor methods[] = {
      method("createContext", CreateContext),
      method("destroyContext", DestroyContext),
      method("listen", Listen),
      method("connect", Connect),
      method("feed", Feed),
      method("resume", Resume),
      method("write", Write),
      method("timeout", Timeout),
      method("close", Close),
      method("free", Free),
      method("findByConnectionId", FindByConnectionId),
      method("info", Info),
      method("counters", GetCounters),
      method("rotate", Rotate),
  };
  napi_define_properties(env, exports, sizeof methods / sizeof *methods, methods);
  return exports;
}

}  // namespace
}  // namespace coapkit::dtls

NAPI_MODULE_INIT() { return coapkit::dtls::Initialize(env, exports); }
