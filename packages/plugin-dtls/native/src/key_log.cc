#include "key_log.h"

#include <openssl/crypto.h>

#include "context.h"

namespace coapkit::dtls {

KeyLog::~KeyLog() { Clear(); }

void KeyLog::Enable(SSL_CTX* context) { SSL_CTX_set_keylog_callback(context, Add); }

void KeyLog::Clear() {
  for (std::string& line : lines_) OPENSSL_cleanse(line.data(), line.size());
  lines_.clear();
}

void KeyLog::Add(const SSL* ssl, const char* line) {
  auto* context = static_cast<Context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  context->key_log()->lines_.emplace_back(line);
}

}  // namespace coapkit::dtls
