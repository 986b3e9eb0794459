#include "flight.h"

namespace coapkit::dtls {
namespace {

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

void SendFlight(const Flight& flight, size_t mtu, RecordLayer* records, AeadPool* aead, Output* output) {
  for (size_t first = 0; first < flight.size();) {
    size_t size = 0;
    const size_t end = EndOfDatagram(flight, first, mtu, *records, &size);
    uint8_t* out = output->Reserve(size);
    if (out == nullptr) return;
    bool ok = true;
    for (; first < end; first++) {
      const FlightRecord& record = flight[first];
      ok = ok && records->Write(*aead, record.epoch, record.type, record.content, out);
      out += records->SizeOf(record.epoch, record.content.size());
    }
    if (ok) output->Commit(FrameKind::kDatagram, size);
  }
}

}  // namespace coapkit::dtls
