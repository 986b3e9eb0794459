#include "record_layer.h"

#include <utility>

namespace coapkit::dtls {

bool CountReceived(Counters* counters, ReceiveStatus status) {
  switch (status) {
    case ReceiveStatus::kOk:
      return true;
    case ReceiveStatus::kShort:
      counters->dropped_short++;
      return false;
    case ReceiveStatus::kForged:
      counters->dropped_forged++;
      return false;
    case ReceiveStatus::kReplayed:
      counters->dropped_replayed++;
      return false;
    case ReceiveStatus::kWrongCid:
      counters->dropped_connection_id++;
      return false;
  }
  return false;
}

bool RecordLayer::SetKeys(const CipherSuite& suite, const HandshakeSecrets& secrets, bool is_server) {
  const bool ok = DeriveKeys(suite, secrets, is_server ? &read_ : &write_, is_server ? &write_ : &read_);
  if (ok) suite_ = &suite;
  return ok;
}

void RecordLayer::SetConnectionIds(Bytes own, Bytes peer) {
  own_cid_ = std::move(own);
  peer_cid_ = std::move(peer);
  has_connection_ids_ = true;
}

size_t RecordLayer::SizeOf(unsigned epoch, size_t plaintext) const {
  return epoch == 0 ? PlainSize(plaintext) : SealedSize(*suite_, plaintext, peer_cid_.size());
}

bool RecordLayer::Write(AeadPool& aead, unsigned epoch, uint8_t type, ByteView plaintext, uint8_t* out) {
  if ((epoch == 0 ? next_plain_sequence_ : next_sequence_) > kMaxSequence) return false;
  if (epoch == 0) {
    WritePlainRecord(type, next_plain_sequence_++, plaintext, out);
    return true;
  }
  // The number counts as used even if sealing fails: it is never used again.
  return SealRecord(aead, *suite_, write_, {type, next_sequence_++, peer_cid_, plaintext}, out);
}

ReceiveStatus RecordLayer::Receive(AeadPool& aead, const Record& record, uint8_t* out,
                                   ReceivedRecord* received) {
  // RFC 9146 §3: where a connection ID was negotiated, plain protected records are refused, and the reverse.
  if ((record.type == kConnectionIdRecord) == own_cid_.empty()) return ReceiveStatus::kWrongCid;
  if (!Equal(record.cid, own_cid_)) return ReceiveStatus::kWrongCid;
  if (record.version != kDtls12) return ReceiveStatus::kForged;
  if (!window_.IsFresh(record.sequence)) return ReceiveStatus::kReplayed;
  switch (OpenRecord(aead, *suite_, read_, record, out, received)) {
    case OpenStatus::kShort:
      authentication_failures_++;
      return ReceiveStatus::kShort;
    case OpenStatus::kForged:
      authentication_failures_++;
      forged_records_++;
      return ReceiveStatus::kForged;
    case OpenStatus::kOk:
      break;
  }
  received->is_newest = window_.Accept(record.sequence);
  return ReceiveStatus::kOk;
}

bool RecordLayer::OpenOwn(AeadPool& aead, const Record& record, uint8_t* out, OpenedRecord* opened) const {
  return OpenRecord(aead, *suite_, write_, record, out, opened) == OpenStatus::kOk;
}

Bytes RecordLayer::SealForOpenSsl(AeadPool& aead, uint8_t type, uint64_t sequence, ByteView plaintext) const {
  Bytes record(SealedSize(*suite_, plaintext.size, 0));
  if (!SealRecord(aead, *suite_, read_, {type, sequence, {}, plaintext}, record.data())) record.clear();
  return record;
}

}  // namespace coapkit::dtls
