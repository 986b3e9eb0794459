#pragma once

#include "arguments.h"
#include "engine.h"

namespace coapkit::dtls {

/** A call: its arguments and the engine. Where `ok` is false, it has thrown. */
class Call : public Arguments {
 public:
  Call(napi_env env, napi_callback_info info);

  /** The context or session whose number is the first argument; nullptr: has thrown. */
  ContextEntry* FindContext();
  Session* FindSession();

  napi_value Return(uint32_t number) const;
  napi_value ReturnUndefined() const;
  /** Hands over key log lines, then returns the end of the context's results. */
  napi_value Return(Context* context);

  Engine& engine;
  bool ok = true;

 private:
  bool EmitKeyLog(Context* context);
};

}  // namespace coapkit::dtls
