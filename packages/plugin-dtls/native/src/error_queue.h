#pragma once

#include <openssl/err.h>

#include <string>

namespace coapkit::dtls {

/**
 * Keeps OpenSSL's error queue of this thread as it was found: node:crypto uses the same one, and
 * SSL_get_error reads it.
 */
class ErrorQueueScope {
 public:
  ErrorQueueScope() { ERR_set_mark(); }
  ~ErrorQueueScope() { ERR_pop_to_mark(); }
  ErrorQueueScope(const ErrorQueueScope&) = delete;
  ErrorQueueScope& operator=(const ErrorQueueScope&) = delete;

  /** Text of the newest error within this scope. */
  std::string Text() const {
    const unsigned long code = ERR_peek_last_error();
    if (code == 0) return "unknown error";
    char text[256];
    ERR_error_string_n(code, text, sizeof text);
    return text;
  }
};

}  // namespace coapkit::dtls
