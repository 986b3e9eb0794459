#include "call.h"
#include "methods.h"
#include "snapshots.h"

namespace coapkit::dtls {

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

napi_value Info(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const Session* session = call.FindSession();
  return session == nullptr ? nullptr : MakeSessionInfo(env, *session);
}

}  // namespace coapkit::dtls
