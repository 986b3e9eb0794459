#include <openssl/crypto.h>

#include "call.h"
#include "methods.h"
#include "read_options.h"
#include "snapshots.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kMaxPeerKey = 255;

/** Bytes that are cleansed when they go. */
struct SecretBytes {
  Bytes bytes;
  ~SecretBytes() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

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

}  // namespace

napi_value CreateContext(napi_env env, napi_callback_info info) {
  Call call(env, info);
  ContextOptions options;
  ByteView scratch;
  napi_value on_key_log = nullptr;
  // The scratch buffer last: getters of the options may take it away.
  if (!call.ok || !ReadContextOptions(env, call[0], &options) ||
      !ReadKeyLogCallback(env, call[2], &on_key_log) || !call.Bytes(1, &scratch)) {
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
  ConnectOptions options;
  SecretBytes key;
  // Before anything is looked up: getters of the options may call the engine.
  if (!call.ok || !ReadConnectOptions(env, call[1], &options, &key.bytes)) return nullptr;
  ContextEntry* entry = call.FindContext();
  if (entry == nullptr) return nullptr;
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

}  // namespace coapkit::dtls
