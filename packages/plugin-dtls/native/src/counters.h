#pragma once

#include <cstdint>

namespace coapkit::dtls {

/** One line each, named as in `DtlsEngineCounters`: member, property. */
#define COAPKIT_DTLS_COUNTERS(V)                  \
  V(hello_verify_requests, "helloVerifyRequests") \
  V(handshakes_started, "handshakesStarted")      \
  V(handshakes_finished, "handshakesFinished")    \
  V(handshakes_failed, "handshakesFailed")        \
  V(handshakes_abandoned, "handshakesAbandoned")  \
  V(handshakes_refused, "handshakesRefused")      \
  V(retransmissions, "retransmissions")           \
  V(unknown_identities, "unknownIdentities")      \
  V(records_sent, "recordsSent")                  \
  V(records_received, "recordsReceived")          \
  V(dropped_malformed, "droppedMalformed")        \
  V(dropped_short, "droppedShort")                \
  V(dropped_forged, "droppedForged")              \
  V(dropped_replayed, "droppedReplayed")          \
  V(dropped_connection_id, "droppedConnectionId") \
  V(dropped_unexpected, "droppedUnexpected")

/** What happened in a context. */
struct Counters {
#define V(member, property) uint64_t member = 0;
  COAPKIT_DTLS_COUNTERS(V)
#undef V
};

}  // namespace coapkit::dtls
