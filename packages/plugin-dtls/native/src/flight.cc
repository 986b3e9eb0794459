#include "flight.h"

#include <algorithm>
#include <iterator>

namespace coapkit::dtls {
namespace {

constexpr uint32_t kMaxTimeoutMs = 60000;  // RFC 6347 §4.2.4.1

/** The records from `first` on that fit into one datagram; at least one. */
size_t EndOfDatagram(const Flight& flight, size_t first, size_t mtu, const RecordLayer& records,
                     size_t* size) {
  size_t end = first;
  *size = 0;
  while (end < flight.size()) {
    const size_t record_size = records.SizeOf(flight[end].epoch, flight[end].content.size());
    if (end > first && *size + record_size > mtu) break;
    *size += record_size;
    end++;
  }
  return end;
}

}  // namespace

void SendFlight(const Flight& flight, const FlightPath& path, Output* output) {
  RecordLayer* records = path.records;
  for (size_t first = 0; first < flight.size();) {
    size_t size = 0;
    const size_t end = EndOfDatagram(flight, first, path.mtu, *records, &size);
    uint8_t* out = output->Reserve(size);
    if (out == nullptr) return;
    bool ok = true;
    for (; first < end; first++) {
      const FlightRecord& record = flight[first];
      ok = ok && records->Write(*path.aead, record.epoch, record.type, record.content, out);
      out += records->SizeOf(record.epoch, record.content.size());
    }
    if (ok) output->Commit(FrameKind::kDatagram, size);
  }
}

void FlightSender::EndFlight() {
  Flight flight;
  std::copy_if(pending_.begin() + static_cast<std::ptrdiff_t>(flight_start_), pending_.end(),
               std::back_inserter(flight), [](const FlightRecord& record) { return record.type != kAlert; });
  flight_start_ = pending_.size();
  if (flight.empty()) return;
  last_ = std::move(flight);
  timeout_ms_ = initial_timeout_ms_;
  RestartTimer();
}

void FlightSender::Flush(Output* output) {
  SendFlight(pending_, path_, output);
  pending_.clear();
  flight_start_ = 0;
}

bool FlightSender::Resend(Output* output) {
  if (last_.empty()) return false;
  timeout_ms_ = std::min(timeout_ms_ * 2, kMaxTimeoutMs);
  RestartTimer();
  SendFlight(last_, path_, output);
  return true;
}

void FlightSender::StartTimer(Output* output) {
  if (is_timer_due_) output->set_timeout(timeout_ms_);
  is_timer_due_ = false;
}

bool FlightSender::is_protected() const {
  return std::any_of(last_.begin(), last_.end(), [](const FlightRecord& record) { return record.epoch > 0; });
}

}  // namespace coapkit::dtls
