#pragma once

#include <node_api.h>

namespace coapkit::dtls {

// The functions of src/native/dtls-engine.ts. Those of contexts:
napi_value CreateContext(napi_env env, napi_callback_info info);
napi_value DestroyContext(napi_env env, napi_callback_info info);
napi_value Listen(napi_env env, napi_callback_info info);
napi_value Connect(napi_env env, napi_callback_info info);
napi_value FindByConnectionId(napi_env env, napi_callback_info info);
napi_value GetCounters(napi_env env, napi_callback_info info);
napi_value Rotate(napi_env env, napi_callback_info info);

// Those of sessions:
napi_value Feed(napi_env env, napi_callback_info info);
napi_value Resume(napi_env env, napi_callback_info info);
napi_value Write(napi_env env, napi_callback_info info);
napi_value Timeout(napi_env env, napi_callback_info info);
napi_value Close(napi_env env, napi_callback_info info);
napi_value Free(napi_env env, napi_callback_info info);
napi_value Info(napi_env env, napi_callback_info info);

}  // namespace coapkit::dtls
