#pragma once

#include "record.h"

namespace coapkit::dtls {

constexpr size_t kHandshakeHeaderSize = 12;

enum HandshakeType : uint8_t {
  kClientHelloMessage = 1,
  kClientKeyExchangeMessage = 16,
  kFinishedMessage = 20
};

/** The random of a ClientHello that starts in this record; empty where none does. RFC 5246 §7.4.1.2. */
inline ByteView ClientHelloRandom(const Record& record) {
  constexpr size_t kRandomOffset = kHandshakeHeaderSize + 2;
  const ByteView& fragment = record.fragment;
  const bool is_client_hello = record.type == kHandshake && record.epoch == 0 &&
                               fragment.size >= kRandomOffset + kRandomSize &&
                               fragment.data[0] == kClientHelloMessage && ReadU24(fragment.data + 6) == 0;
  return is_client_hello ? ByteView(fragment.data + kRandomOffset, kRandomSize) : ByteView();
}

}  // namespace coapkit::dtls
