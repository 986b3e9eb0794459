#pragma once

#include <node_api.h>

#include "context_options.h"
#include "session.h"

namespace coapkit::dtls {

/** `DtlsContextOptions` as they came. False: has thrown. */
bool ReadContextOptions(napi_env env, napi_value object, ContextOptions* options);

/** `ConnectOptions`, checked; `key` keeps the bytes that `options` refers to. False: has thrown. */
bool ReadConnectOptions(napi_env env, napi_value object, ConnectOptions* options, Bytes* key);

}  // namespace coapkit::dtls
