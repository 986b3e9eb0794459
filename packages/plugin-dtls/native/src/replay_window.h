#pragma once

#include <cstdint>

namespace coapkit::dtls {

/** The 64 newest record numbers of an epoch. RFC 6347 §4.1.2.6. */
class ReplayWindow {
 public:
  /** Whether a record of this number may still be taken; asked before it is opened. */
  bool IsFresh(uint64_t sequence) const;

  /** Notes an authentic record. True: it is the newest so far. */
  bool Accept(uint64_t sequence);

 private:
  uint64_t next_ = 0;  // the number after the newest
  uint64_t seen_ = 0;  // bit i: number next_ - 1 - i
};

}  // namespace coapkit::dtls
