#pragma once

#include "bio_port.h"
#include "context.h"
#include "flight.h"
#include "psk.h"

namespace coapkit::dtls {

/** Why a handshake or session ended, and the alert that says so. */
struct EndCause {
  EndReason reason = EndReason::kNone;
  uint8_t alert = 0;
};

/**
 * A handshake done by OpenSSL. Between it and the peer stands the record layer: what comes in protected is
 * authenticated before OpenSSL sees it, and what OpenSSL writes is taken apart and numbered, sealed and
 * packed anew.
 */
class Handshake {
 public:
  enum class Outcome { kPending, kEstablished, kClosed, kFailed };

  Handshake(Context* context, uint32_t session, RecordLayer* records, bool is_server, PortedSsl ported);
  ~Handshake();
  Handshake(const Handshake&) = delete;
  Handshake& operator=(const Handshake&) = delete;

  static Handshake* From(SSL* ssl);

  SSL* ssl() const { return ported_.ssl.get(); }
  PreSharedKey* mutable_psk() { return &psk_; }
  const PreSharedKey& psk() const { return psk_; }
  Outcome outcome() const { return outcome_; }
  const EndCause& end_cause() const { return cause_; }
  const CipherSuite* suite() const;

  /** Takes the first step: what a client begins with, or what a server answers to the ClientHello it has. */
  void Start() { Step(); }
  /** Takes a record of the peer. */
  void Take(const Record& record, Output* output);
  /** Goes on with the key of the identity, or without one. */
  void Resume(const ByteView* key, Output* output);
  /** Sends the last flight again and doubles the time to wait. */
  void Retransmit(Output* output);
  /** Tells the peer that it is over. */
  void Cancel();
  /** Puts what is to be sent, and the time to wait for an answer, into the output. */
  void Flush(Output* output);

  /** The flight that no answer was seen to; a server's Finished may get lost. */
  Flight TakeLastFlight() { return sender_.TakeLastFlight(); }

  /** The body of our connection_id extension; nullptr: no randomness. */
  const Bytes* OfferConnectionId();
  void TakePeerConnectionId(ByteView cid);

 private:
  void TakePlain(const Record& record, Output* output);
  void TakeProtected(const Record& record, Output* output);
  bool WaitsForKey(const Record& record, Output* output);
  void TakeKept(Bytes* kept, Output* output);
  void NoteFatalAlert(ByteView alert, EndReason reason);
  bool TakeAlert(ByteView alert);
  void DeliverToOpenSsl(ByteView record, Output* output);
  void Step();
  void Conclude(int result, int error);
  void Refuse();
  void Fail();
  void Collect();
  void CollectRecord(const Record& record);
  bool EnsureKeys();
  void NegotiateConnectionIds();

  Context* const context_;
  const uint32_t session_;
  RecordLayer* const records_;
  const bool is_server_;
  PortedSsl ported_;
  Outcome outcome_ = Outcome::kPending;
  EndCause cause_;

  FlightSender sender_;

  PreSharedKey psk_;
  PskIdentityPeek peek_;
  bool has_key_ = false;
  bool needs_key_ = false;
  Bytes held_;   // records from the ClientKeyExchange on, until its key is there
  Bytes early_;  // protected records that came before the keys

  Bytes cid_extension_;  // length, then our connection ID
  Bytes peer_cid_;
  bool has_peer_cid_ = false;
};

}  // namespace coapkit::dtls
