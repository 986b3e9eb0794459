#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "aead.h"
#include "connection_id.h"
#include "context_options.h"
#include "counters.h"
#include "key_log.h"
#include "listener.h"
#include "output.h"

namespace coapkit::dtls {

/** What the sessions of `createContext` share. */
class Context {
 public:
  Context(ContextOptions options, Output output);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /** Makes the SSL_CTX. Returns what is wrong, or "". */
  std::string Start(bool logs_keys);

  SSL_CTX* ssl_context() const { return ssl_context_.get(); }
  const ContextOptions& options() const { return options_; }
  AeadPool* aead() { return &aead_; }
  Counters* counters() { return &counters_; }
  Listener* listener() { return &listener_; }
  ConnectionIdTable* connection_ids() { return &connection_ids_; }
  KeyLog* key_log() { return &key_log_; }
  Output* output() { return &output_; }

  /** Handshakes under way. */
  size_t handshakes = 0;

 private:
  using SecurityCallback = int (*)(const SSL*, const SSL_CTX*, int, int, int, void*, void*);
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  static int CheckSecurity(const SSL* ssl, const SSL_CTX* ssl_context, int operation, int bits, int nid,
                           void* other, void* extra);
  bool Configure();
  std::string UseKeys();

  ContextOptions options_;
  Output output_;
  AeadPool aead_;
  Counters counters_;
  ConnectionIdTable connection_ids_;
  KeyLog key_log_;
  SecurityCallback default_security_ = nullptr;
  std::unique_ptr<SSL_CTX, Free> ssl_context_;
  Listener listener_;  // goes before the SSL_CTX
};

/** The names of suites as OpenSSL wants them. */
std::string CipherList(const std::vector<const CipherSuite*>& suites);

}  // namespace coapkit::dtls
