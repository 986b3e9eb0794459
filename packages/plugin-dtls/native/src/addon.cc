#include <node_api.h>

#include "engine.h"
#include "methods.h"

namespace coapkit::dtls {
namespace {

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
