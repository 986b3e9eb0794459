#pragma once

#include "counters.h"
#include "record.h"
#include "replay_window.h"

namespace coapkit::dtls {

enum class ReceiveStatus { kOk, kShort, kForged, kReplayed, kWrongCid };

/** Counts a record that was not taken. Returns whether it was. */
bool CountReceived(Counters* counters, ReceiveStatus status);

/** A record that was opened, authentic and new. */
struct ReceivedRecord : OpenedRecord {
  bool is_newest = false;
};

/**
 * Keys and record numbers of a session, both epochs. Every record that leaves is numbered here, also those
 * that OpenSSL made, so no nonce is used twice; every protected record that comes in is authenticated here
 * before anyone else sees it.
 */
class RecordLayer {
 public:
  bool has_keys() const { return suite_ != nullptr; }
  const CipherSuite* suite() const { return suite_; }

  /** False: OpenSSL failed. */
  bool SetKeys(const CipherSuite& suite, const HandshakeSecrets& secrets, bool is_server);

  /** `own`: in records of the peer; `peer`: in our records. Either may be empty. RFC 9146 §3. */
  void SetConnectionIds(Bytes own, Bytes peer);
  bool has_connection_ids() const { return has_connection_ids_; }
  const Bytes& own_cid() const { return own_cid_; }
  const Bytes& peer_cid() const { return peer_cid_; }

  /** A server's first record carries the number of the ClientHello. RFC 6347 §4.2.1. */
  void set_next_plain_sequence(uint64_t sequence) { next_plain_sequence_ = sequence; }

  /** Whether no number is left for another protected record. RFC 6347 §4.1. */
  bool is_exhausted() const { return next_sequence_ > kMaxSequence; }
  size_t SizeOf(unsigned epoch, size_t plaintext) const;
  /** Writes `SizeOf` bytes under the next number; the plaintext may lie within `out`. False: the epoch has no
   * number left, or OpenSSL failed. */
  bool Write(AeadPool& aead, unsigned epoch, uint8_t type, ByteView plaintext, uint8_t* out);

  /** Takes a record of epoch 1; `out` has room for its fragment. */
  ReceiveStatus Receive(AeadPool& aead, const Record& record, uint8_t* out, ReceivedRecord* received);

  /** Records that were cut short or forged. */
  uint32_t authentication_failures() const { return authentication_failures_; }
  /** Whether so many records were forged that the keys are not to be used any longer. RFC 9147 §4.5.3. */
  bool is_integrity_limit_reached() const { return forged_records_ >= suite_->integrity_limit(); }

  /** Opens what OpenSSL sealed in our name. It is sealed anew before it leaves. */
  bool OpenOwn(AeadPool& aead, const Record& record, uint8_t* out, OpenedRecord* opened) const;

  /** Seals a received record again, without connection ID, for OpenSSL. It never leaves, so the nonce may be
   * the same. */
  Bytes SealForOpenSsl(AeadPool& aead, uint8_t type, uint64_t sequence, ByteView plaintext) const;

 private:
  const CipherSuite* suite_ = nullptr;
  DirectionKeys read_;
  DirectionKeys write_;
  uint64_t next_plain_sequence_ = 0;
  uint64_t next_sequence_ = 0;
  ReplayWindow window_;
  uint32_t authentication_failures_ = 0;
  uint32_t forged_records_ = 0;
  bool has_connection_ids_ = false;
  Bytes own_cid_;
  Bytes peer_cid_;
};

}  // namespace coapkit::dtls
