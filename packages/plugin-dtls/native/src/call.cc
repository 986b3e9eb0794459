#include "call.h"

namespace coapkit::dtls {

Call::Call(napi_env env, napi_callback_info info)
    : Arguments(env, info), engine(*static_cast<Engine*>(data())) {
  if (!engine.is_in_callback) return;
  ok = false;
  ThrowTypeError(env, "The engine is called from one of its callbacks");
}

ContextEntry* Call::FindContext() {
  uint32_t number = 0;
  if (!ok || !Number(0, &number)) return nullptr;
  if (number < engine.contexts.size() && engine.contexts[number].context) return &engine.contexts[number];
  ThrowTypeError(env(), "No context has the number " + std::to_string(number));
  return nullptr;
}

Session* Call::FindSession() {
  uint32_t number = 0;
  if (!ok || !Number(0, &number)) return nullptr;
  Session* session = engine.sessions.Find(number);
  if (session == nullptr) ThrowTypeError(env(), "No session has the number " + std::to_string(number));
  return session;
}

napi_value Call::Return(uint32_t number) const {
  napi_value value = nullptr;
  napi_create_uint32(env(), number, &value);
  return value;
}

napi_value Call::ReturnUndefined() const {
  napi_value value = nullptr;
  napi_get_undefined(env(), &value);
  return value;
}

napi_value Call::Return(Context* context) {
  const uint32_t end = context->output()->Finish();
  if (!context->key_log()->lines().empty() && !EmitKeyLog(context)) return nullptr;
  return Return(end);
}

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

}  // namespace coapkit::dtls
