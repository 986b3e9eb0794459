#include "bio_port.h"

#include <algorithm>

namespace coapkit::dtls {

BIO_METHOD* BioPort::Method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "coapkit record port");
    BIO_meth_set_read(made, Read);
    BIO_meth_set_write(made, Write);
    BIO_meth_set_ctrl(made, Control);
    return made;
  }();
  return method;
}

BioPort* BioPort::From(BIO* bio) { return static_cast<BioPort*>(BIO_get_data(bio)); }

bool BioPort::Attach(SSL* ssl) {
  BIO* bio = BIO_new(Method());
  if (bio == nullptr) return false;
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  return true;
}

int BioPort::Read(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  BioPort* port = From(bio);
  if (port->input_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t count = std::min(static_cast<size_t>(size), port->input_.size);
  std::memcpy(out, port->input_.data, count);
  port->ClearInput();  // as from a datagram, what does not fit is lost
  return static_cast<int>(count);
}

int BioPort::Write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto* begin = reinterpret_cast<const uint8_t*>(bytes);
  Bytes& output = From(bio)->output_;
  output.insert(output.end(), begin, begin + size);
  return size;
}

long BioPort::Control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(From(bio)->mtu_);
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DGRAM_SET_MTU:
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
    case BIO_CTRL_DGRAM_SET_PEEK_MODE:
      return 1;
    default:
      return 0;
  }
}

PortedSsl MakePortedSsl(SSL_CTX* context, size_t mtu) {
  PortedSsl made;
  made.port = std::make_unique<BioPort>(mtu);
  made.ssl.reset(SSL_new(context));
  if (!made.ssl) return made;
  if (!made.port->Attach(made.ssl.get()) || SSL_set_mtu(made.ssl.get(), static_cast<long>(mtu)) == 0)
    made.ssl.reset();
  return made;
}

}  // namespace coapkit::dtls
