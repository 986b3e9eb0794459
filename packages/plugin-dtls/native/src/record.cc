#include "record.h"

namespace coapkit::dtls {
namespace {

constexpr size_t kPlainAdditionalSize = 13;
constexpr size_t kCidAdditionalSize = 23;
constexpr size_t kMaxAdditionalSize = kCidAdditionalSize + kMaxCidSize;
constexpr uint64_t kEpoch1 = uint64_t{1} << 48;

/** Epoch and sequence number, as records, nonces and additional data have them. */
uint64_t RecordNumber(const Record& record) { return uint64_t{record.epoch} << 48 | record.sequence; }

void WriteHeader(uint8_t* out, uint8_t type, uint64_t number, ByteView cid, size_t fragment_size) {
  out[0] = type;
  WriteU16(out + 1, kDtls12);
  WriteU64(out + 3, number);
  if (!cid.empty()) std::memcpy(out + 11, cid.data, cid.size);
  WriteU16(out + 11 + cid.size, static_cast<uint16_t>(fragment_size));
}

/** RFC 5246 §6.2.3.3, with epoch and sequence number as in RFC 6347 §4.1.2.1. */
size_t PlainAdditionalData(uint8_t* out, uint64_t number, uint8_t type, uint16_t version,
                           size_t plaintext_size) {
  WriteU64(out, number);
  out[8] = type;
  WriteU16(out + 9, version);
  WriteU16(out + 11, static_cast<uint16_t>(plaintext_size));
  return kPlainAdditionalSize;
}

/** RFC 9146 §5.3. */
size_t CidAdditionalData(uint8_t* out, uint64_t number, uint16_t version, ByteView cid, size_t inner_size) {
  std::memset(out, 0xFF, 8);
  out[8] = kConnectionIdRecord;
  out[9] = static_cast<uint8_t>(cid.size);
  out[10] = kConnectionIdRecord;
  WriteU16(out + 11, version);
  WriteU64(out + 13, number);
  std::memcpy(out + 21, cid.data, cid.size);
  WriteU16(out + 21 + cid.size, static_cast<uint16_t>(inner_size));
  return kCidAdditionalSize + cid.size;
}

/** `explicit_nonce`: the 8 bytes in the record, where the suite has them. */
void MakeNonce(const CipherSuite& suite, const DirectionKeys& keys, uint64_t number,
               const uint8_t* explicit_nonce, uint8_t* nonce) {
  std::memcpy(nonce, keys.iv, suite.fixed_iv_size());
  if (suite.aead != AeadKind::kChaCha20) {
    std::memcpy(nonce + 4, explicit_nonce, 8);  // RFC 5288 §3, RFC 6655 §3
    return;
  }
  uint8_t padded[kNonceSize] = {};  // RFC 7905 §2
  WriteU64(padded + 4, number);
  for (size_t i = 0; i < kNonceSize; i++) nonce[i] ^= padded[i];
}

/** Takes padding and type off the end of a DTLSInnerPlaintext. False: it is all zeros. RFC 9146 §4. */
bool Unwrap(const uint8_t* inner, size_t inner_size, OpenedRecord* opened) {
  while (inner_size > 0 && inner[inner_size - 1] == 0) inner_size--;
  if (inner_size == 0) return false;
  opened->type = inner[inner_size - 1];
  opened->size = inner_size - 1;
  return true;
}

}  // namespace

bool ParseRecord(ByteView datagram, size_t cid_size, Record* record) {
  if (datagram.size < kRecordHeaderSize) return false;
  const uint8_t* in = datagram.data;
  record->type = in[0];
  record->version = ReadU16(in + 1);
  record->epoch = ReadU16(in + 3);
  record->sequence = ReadU48(in + 5);
  if (record->version != kDtls12 && record->version != kDtls10) return false;
  const size_t cid_bytes = record->type == kConnectionIdRecord ? cid_size : 0;
  const size_t header_size = kRecordHeaderSize + cid_bytes;
  if (datagram.size < header_size) return false;
  const size_t fragment_size = ReadU16(in + 11 + cid_bytes);
  if (datagram.size - header_size < fragment_size) return false;
  record->cid = {in + 11, cid_bytes};
  record->fragment = {in + header_size, fragment_size};
  record->whole = datagram.First(header_size + fragment_size);
  return true;
}

void WritePlainRecord(uint8_t type, uint64_t sequence, ByteView plaintext, uint8_t* out) {
  if (!plaintext.empty()) std::memmove(out + kRecordHeaderSize, plaintext.data, plaintext.size);
  WriteHeader(out, type, sequence, {}, plaintext.size);
}

bool SealRecord(AeadPool& aead, const CipherSuite& suite, const DirectionKeys& keys,
                const RecordContent& content, uint8_t* out) {
  const uint64_t number = kEpoch1 | content.sequence;
  const bool has_cid = !content.cid.empty();
  const size_t explicit_size = suite.explicit_nonce_size();
  uint8_t* explicit_nonce = out + kRecordHeaderSize + content.cid.size;
  uint8_t* inner = explicit_nonce + explicit_size;
  size_t inner_size = content.plaintext.size;
  // The plaintext first: it may lie where the header goes.
  if (inner_size > 0) std::memmove(inner, content.plaintext.data, inner_size);
  if (has_cid) inner[inner_size++] = content.type;
  WriteHeader(out, has_cid ? uint8_t{kConnectionIdRecord} : content.type, number, content.cid,
              explicit_size + inner_size + suite.tag_size);
  if (explicit_size > 0) WriteU64(explicit_nonce, number);

  uint8_t nonce[kNonceSize];
  MakeNonce(suite, keys, number, explicit_nonce, nonce);
  uint8_t additional[kMaxAdditionalSize];
  const size_t additional_size =
      has_cid ? CidAdditionalData(additional, number, kDtls12, content.cid, inner_size)
              : PlainAdditionalData(additional, number, content.type, kDtls12, inner_size);
  return aead.Seal(suite, keys.key, nonce, {additional, additional_size}, inner, inner_size);
}

OpenStatus OpenRecord(AeadPool& aead, const CipherSuite& suite, const DirectionKeys& keys,
                      const Record& record, uint8_t* out, OpenedRecord* opened) {
  if (record.fragment.size < suite.overhead()) return OpenStatus::kShort;
  const bool has_cid = !record.cid.empty();
  const size_t inner_size = record.fragment.size - suite.overhead();
  if (inner_size > kMaxPlaintext) return OpenStatus::kForged;

  uint8_t nonce[kNonceSize];
  MakeNonce(suite, keys, RecordNumber(record), record.fragment.data, nonce);
  uint8_t additional[kMaxAdditionalSize];
  const size_t additional_size =
      has_cid
          ? CidAdditionalData(additional, RecordNumber(record), record.version, record.cid, inner_size)
          : PlainAdditionalData(additional, RecordNumber(record), record.type, record.version, inner_size);
  const ByteView sealed = record.fragment.Skip(suite.explicit_nonce_size());
  if (!aead.Open(suite, keys.key, nonce, {additional, additional_size}, sealed, out))
    return OpenStatus::kForged;
  if (has_cid) return Unwrap(out, inner_size, opened) ? OpenStatus::kOk : OpenStatus::kForged;
  opened->type = record.type;
  opened->size = inner_size;
  return OpenStatus::kOk;
}

}  // namespace coapkit::dtls
