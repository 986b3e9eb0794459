#pragma once

#include <openssl/ssl.h>

#include <string>
#include <vector>

namespace coapkit::dtls {

/** Lines for a key log file, kept until the call is over: callbacks to JavaScript run outside of OpenSSL
 * only. */
class KeyLog {
 public:
  ~KeyLog();

  /** From now on, lines are kept. The app data of `context` must be its Context. */
  void Enable(SSL_CTX* context);
  const std::vector<std::string>& lines() const { return lines_; }
  /** Cleanses and drops them. */
  void Clear();

 private:
  static void Add(const SSL* ssl, const char* line);

  std::vector<std::string> lines_;
};

}  // namespace coapkit::dtls
