#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>

#include "bytes.h"

namespace coapkit::dtls {

/**
 * What an SSL reads from and writes to: a memory BIO would lose where a datagram ends. One read takes one
 * record; writes collect, and as records say how long they are, nothing is lost.
 */
class BioPort {
 public:
  explicit BioPort(size_t mtu) : mtu_(mtu) {}

  /** Makes the SSL use this port, which must outlive it. False: no memory. */
  bool Attach(SSL* ssl);

  /** The record that the next read gives; the bytes must stay until then or until `ClearInput`. */
  void set_input(ByteView record) { input_ = record; }
  void ClearInput() { input_ = {}; }

  /** Takes what was written since the last time. */
  Bytes TakeOutput() { return std::move(output_); }

 private:
  static BIO_METHOD* Method();
  static BioPort* From(BIO* bio);
  static int Read(BIO* bio, char* out, int size);
  static int Write(BIO* bio, const char* bytes, int size);
  static long Control(BIO* bio, int command, long number, void* pointer);

  const size_t mtu_;
  ByteView input_;
  Bytes output_;
};

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPointer = std::unique_ptr<SSL, SslFree>;

/** An SSL and its port; the port goes last. */
struct PortedSsl {
  std::unique_ptr<BioPort> port;
  SslPointer ssl;
};

/** False in `ssl` where OpenSSL failed. */
PortedSsl MakePortedSsl(SSL_CTX* context, size_t mtu);

}  // namespace coapkit::dtls
