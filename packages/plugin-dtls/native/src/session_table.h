#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "session.h"

namespace coapkit::dtls {

/**
 * Sessions by number. A number is 22 bits of a slot and 8 bits that change each time the slot is used again,
 * and slots wait in a queue: a number that somebody kept too long finds nothing rather than somebody else's
 * session.
 */
class SessionTable {
 public:
  /** A number for a new session; 0: there are 2^22 - 1 already. */
  uint32_t Reserve() {
    if (free_.size() <= kMinFree && slots_.size() < kMaxSlots) {
      slots_.emplace_back();
      return NumberOf(static_cast<uint32_t>(slots_.size() - 1));
    }
    if (free_.empty()) return 0;
    const uint32_t index = free_.front();
    free_.pop_front();
    return NumberOf(index);
  }

  void Put(uint32_t number, std::unique_ptr<Session> session) {
    slots_[number & kIndexMask].session = std::move(session);
  }

  /** nullptr: none has this number. */
  Session* Find(uint32_t number) const {
    const uint32_t index = number & kIndexMask;
    if (index >= slots_.size() || NumberOf(index) != number) return nullptr;
    return slots_[index].session.get();
  }

  void Remove(uint32_t number) {
    const uint32_t index = number & kIndexMask;
    slots_[index].session.reset();
    slots_[index].generation++;
    free_.push_back(index);
  }

  void RemoveAllOf(const Context* context) {
    for (uint32_t index = 1; index < slots_.size(); index++) {
      const Session* session = slots_[index].session.get();
      if (session != nullptr && session->context() == context) Remove(session->id());
    }
  }

 private:
  static constexpr uint32_t kIndexBits = 22;
  static constexpr uint32_t kIndexMask = (uint32_t{1} << kIndexBits) - 1;
  static constexpr size_t kMaxSlots = size_t{1} << kIndexBits;
  static constexpr size_t kMinFree = 64;

  struct Slot {
    std::unique_ptr<Session> session;
    uint8_t generation = 0;
  };

  uint32_t NumberOf(uint32_t index) const { return uint32_t{slots_[index].generation} << kIndexBits | index; }

  std::vector<Slot> slots_ = std::vector<Slot>(1);  // slot 0 is no session's
  std::deque<uint32_t> free_;
};

}  // namespace coapkit::dtls
