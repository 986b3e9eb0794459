#pragma once

#include "bytes.h"

namespace coapkit::dtls {

// Flags, frames, reasons and offsets are those of src/native/scratch-layout.ts.

enum Flag : uint32_t {
  kEstablished = 1 << 0,
  kClosed = 1 << 1,
  kFailed = 1 << 2,
  kAccepted = 1 << 3,
  kKeyNeeded = 1 << 4,
  kAuthenticated = 1 << 5,
  kNewest = 1 << 6,
  kClientHello = 1 << 7,
  kOverflow = 1 << 8,
};

enum class FrameKind : uint8_t { kPlaintext = 0, kDatagram = 1, kPskIdentity = 2 };

enum class EndReason : uint8_t {
  kNone = 0,
  kClosedByPeer = 1,
  kClosedLocally = 2,
  kAlertReceived = 3,
  kAlertSent = 4,
  kPeerNotTrusted = 5,
  kSequenceExhausted = 6,
  kInternal = 7,
};

constexpr uint32_t kNoTimeout = 0xFFFFFFFF;
constexpr uint32_t kTimeoutUnchanged = 0xFFFFFFFE;
constexpr size_t kScratchMin = 131072;

/** Results of one call, written to the scratch buffer. */
class Output {
 public:
  Output(uint8_t* scratch, size_t size) : scratch_(scratch), size_(size) {}

  /** Starts a call's results. */
  void Begin(uint32_t session);
  /** Writes the header. Returns the offset of the end. */
  uint32_t Finish();

  void Set(Flag flag) { flags_ |= flag; }
  void set_session(uint32_t session) { session_ = session; }
  void set_timeout(uint32_t timeout_ms) { timeout_ms_ = timeout_ms; }
  void set_end(EndReason reason, uint8_t alert) {
    reason_ = reason;
    alert_ = alert;
  }

  /** Room for the bytes of a frame; nullptr, and the overflow flag, where there is none. */
  uint8_t* Reserve(size_t size);
  /** Ends the frame whose room was reserved last. */
  void Commit(FrameKind kind, size_t size);
  /** Reserves, copies and commits. */
  void Append(FrameKind kind, ByteView bytes);

 private:
  uint8_t* const scratch_;
  const size_t size_;
  size_t end_ = 0;
  uint32_t flags_ = 0;
  uint32_t timeout_ms_ = kTimeoutUnchanged;
  uint32_t session_ = 0;
  EndReason reason_ = EndReason::kNone;
  uint8_t alert_ = 0;
};

}  // namespace coapkit::dtls
