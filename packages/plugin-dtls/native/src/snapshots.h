#pragma once

#include <node_api.h>

#include "counters.h"
#include "session.h"

namespace coapkit::dtls {

/** `DtlsSessionInfo` of a session. */
napi_value MakeSessionInfo(napi_env env, const Session& session);

/** `DtlsEngineCounters`. */
napi_value MakeCounters(napi_env env, const Counters& counters);

}  // namespace coapkit::dtls
