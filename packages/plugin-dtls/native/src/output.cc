#include "output.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kFirstFrame = 16;
constexpr size_t kFrameHead = 4;
constexpr size_t kMaxFrame = 0xFFFF;

void WriteLittleEndian(uint8_t* out, uint32_t value) {
  for (int i = 0; i < 4; i++, value >>= 8) out[i] = static_cast<uint8_t>(value);
}

}  // namespace

void Output::Begin(uint32_t session) {
  end_ = kFirstFrame;
  flags_ = 0;
  timeout_ms_ = kTimeoutUnchanged;
  session_ = session;
  set_end(EndReason::kNone, 0);
}

uint32_t Output::Finish() {
  WriteLittleEndian(scratch_, flags_);
  WriteLittleEndian(scratch_ + 4, timeout_ms_);
  WriteLittleEndian(scratch_ + 8, session_);
  scratch_[12] = static_cast<uint8_t>(reason_);
  scratch_[13] = alert_;
  scratch_[14] = scratch_[15] = 0;
  return static_cast<uint32_t>(end_);
}

uint8_t* Output::Reserve(size_t size) {
  if (size <= kMaxFrame && size_ - end_ >= kFrameHead + size) return scratch_ + end_ + kFrameHead;
  Set(kOverflow);
  return nullptr;
}

void Output::Commit(FrameKind kind, size_t size) {
  uint8_t* head = scratch_ + end_;
  head[0] = static_cast<uint8_t>(kind);
  head[1] = 0;
  head[2] = static_cast<uint8_t>(size);
  head[3] = static_cast<uint8_t>(size >> 8);
  end_ += kFrameHead + size;
}

void Output::Append(FrameKind kind, ByteView bytes) {
  uint8_t* room = Reserve(bytes.size);
  if (room == nullptr) return;
  if (!bytes.empty()) std::memcpy(room, bytes.data, bytes.size);
  Commit(kind, bytes.size);
}

}  // namespace coapkit::dtls
