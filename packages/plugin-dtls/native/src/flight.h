#pragma once

#include <utility>
#include <vector>

#include "output.h"
#include "record_layer.h"

namespace coapkit::dtls {

/** A record to send, maybe more than once, under a new number each time. */
struct FlightRecord {
  uint8_t type;
  uint8_t epoch;
  Bytes content;
};

using Flight = std::vector<FlightRecord>;

/** Where records go, and how. */
struct FlightPath {
  RecordLayer* records;
  AeadPool* aead;
  size_t mtu;
};

/**
 * Numbers and seals records and packs them into datagrams of at most the MTU: OpenSSL would send each message
 * of a retransmission alone, which makes recovery under loss worse.
 */
void SendFlight(const Flight& flight, const FlightPath& path, Output* output);

/** What a handshake sends, and sends again. RFC 6347 §4.2.4. */
class FlightSender {
 public:
  FlightSender(const FlightPath& path, uint32_t initial_timeout_ms)
      : path_(path), initial_timeout_ms_(initial_timeout_ms), timeout_ms_(initial_timeout_ms) {}

  /** Takes a record, to be sent by `Flush`. */
  void Add(FlightRecord record) { pending_.push_back(std::move(record)); }
  /** What was added since the last time is a flight, alerts aside: it takes the place of the one before. */
  void EndFlight();
  /** Sends what was added. */
  void Flush(Output* output);
  /** Sends the last flight again. False: there is none. */
  bool Resend(Output* output);

  /** The time to wait begins to run again. */
  void RestartTimer() { is_timer_due_ = true; }
  /** Puts the time to wait into the output, if it begins to run. */
  void StartTimer(Output* output);

  /** Whether the last flight went out protected. */
  bool is_protected() const;
  Flight TakeLastFlight() { return std::move(last_); }

 private:
  const FlightPath path_;
  const uint32_t initial_timeout_ms_;
  uint32_t timeout_ms_;
  bool is_timer_due_ = false;
  Flight pending_;
  size_t flight_start_ = 0;  // in pending_
  Flight last_;
};

}  // namespace coapkit::dtls
