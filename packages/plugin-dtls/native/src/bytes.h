#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace coapkit::dtls {

using Bytes = std::vector<uint8_t>;

/** Bytes of somebody else; valid as long as that one says. */
struct ByteView {
  const uint8_t* data = nullptr;
  size_t size = 0;

  ByteView() = default;
  ByteView(const uint8_t* bytes, size_t length) : data(bytes), size(length) {}
  ByteView(const Bytes& bytes) : data(bytes.data()), size(bytes.size()) {}  // NOLINT: a view of it is meant

  bool empty() const { return size == 0; }
  ByteView First(size_t count) const { return {data, count}; }
  ByteView Skip(size_t count) const { return {data + count, size - count}; }
  Bytes Copy() const { return Bytes(data, data + size); }
};

inline bool Equal(ByteView a, ByteView b) {
  return a.size == b.size && (a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0);
}

inline uint16_t ReadU16(const uint8_t* in) { return static_cast<uint16_t>(in[0] << 8 | in[1]); }

inline uint32_t ReadU24(const uint8_t* in) { return uint32_t{in[0]} << 16 | uint32_t{in[1]} << 8 | in[2]; }

inline uint64_t ReadU48(const uint8_t* in) {
  uint64_t value = 0;
  for (int i = 0; i < 6; i++) value = value << 8 | in[i];
  return value;
}

inline void WriteU16(uint8_t* out, uint16_t value) {
  out[0] = static_cast<uint8_t>(value >> 8);
  out[1] = static_cast<uint8_t>(value);
}

inline void WriteU64(uint8_t* out, uint64_t value) {
  for (int i = 7; i >= 0; i--, value >>= 8) out[i] = static_cast<uint8_t>(value);
}

}  // namespace coapkit::dtls
