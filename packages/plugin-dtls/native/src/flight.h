#pragma once

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

/**
 * Numbers and seals records and packs them into datagrams of at most `mtu` bytes: OpenSSL would send each
 * message of a retransmission alone, which makes recovery under loss worse.
 */
void SendFlight(const Flight& flight, size_t mtu, RecordLayer* records, AeadPool* aead, Output* output);

}  // namespace coapkit::dtls
