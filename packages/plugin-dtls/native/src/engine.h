#pragma once

#include <node_api.h>

#include <memory>
#include <vector>

#include "context.h"
#include "session_table.h"

namespace coapkit::dtls {

/** A context, and what it keeps alive. */
struct ContextEntry {
  std::unique_ptr<Context> context;
  napi_ref scratch = nullptr;
  napi_ref on_key_log = nullptr;
};

/** All that belongs to one thread of JavaScript. */
struct Engine {
  std::vector<ContextEntry> contexts = std::vector<ContextEntry>(1);  // number 0 is no context's
  SessionTable sessions;                                              // goes before the contexts
  bool is_in_callback = false;
};

}  // namespace coapkit::dtls
