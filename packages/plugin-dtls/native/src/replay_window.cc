#include "replay_window.h"

namespace coapkit::dtls {
namespace {
constexpr uint64_t kWidth = 64;
}

bool ReplayWindow::IsFresh(uint64_t sequence) const {
  if (sequence >= next_) return true;
  const uint64_t age = next_ - 1 - sequence;
  return age < kWidth && (seen_ >> age & 1) == 0;
}

bool ReplayWindow::Accept(uint64_t sequence) {
  if (sequence < next_) {
    seen_ |= uint64_t{1} << (next_ - 1 - sequence);
    return false;
  }
  const uint64_t shift = sequence + 1 - next_;
  seen_ = (shift < kWidth ? seen_ << shift : 0) | 1;
  next_ = sequence + 1;
  return true;
}

}  // namespace coapkit::dtls
