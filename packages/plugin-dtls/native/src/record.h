#pragma once

#include "aead.h"
#include "bytes.h"
#include "key_schedule.h"

namespace coapkit::dtls {

enum ContentType : uint8_t {
  kChangeCipherSpec = 20,
  kAlert = 21,
  kHandshake = 22,
  kApplicationData = 23,
  kConnectionIdRecord = 25,  // tls12_cid, RFC 9146 §4
};

constexpr uint16_t kDtls10 = 0xFEFF;
constexpr uint16_t kDtls12 = 0xFEFD;
constexpr size_t kRecordHeaderSize = 13;
constexpr size_t kMaxPlaintext = 16384;
constexpr size_t kMaxCidSize = 255;
constexpr uint64_t kMaxSequence = (uint64_t{1} << 48) - 1;

/** A record as it came, in the bytes that it came in. */
struct Record {
  uint8_t type = 0;
  uint16_t version = 0;
  uint16_t epoch = 0;
  uint64_t sequence = 0;
  ByteView cid;
  ByteView fragment;
  ByteView whole;
};

/**
 * Reads the first record of `datagram`. `cid_size`: bytes of connection ID in records of type 25.
 * False: it is none, or it is cut short.
 */
bool ParseRecord(ByteView datagram, size_t cid_size, Record* record);

/** Bytes of a plain record. */
inline size_t PlainSize(size_t plaintext) { return kRecordHeaderSize + plaintext; }

/** Bytes of a protected record. With a connection ID, the type is a byte of the plaintext: RFC 9146 §4. */
inline size_t SealedSize(const CipherSuite& suite, size_t plaintext, size_t cid_size) {
  return kRecordHeaderSize + cid_size + (cid_size > 0 ? 1 : 0) + plaintext + suite.overhead();
}

/** Writes an unprotected record of epoch 0; the plaintext may lie within `out`. */
void WritePlainRecord(uint8_t type, uint64_t sequence, ByteView plaintext, uint8_t* out);

/** What is sealed into one record. */
struct RecordContent {
  uint8_t type;
  uint64_t sequence;  // of epoch 1, the only protected one in a session that is never renegotiated
  ByteView cid;       // empty: the record format of RFC 6347
  ByteView plaintext;
};

/** Writes a protected record of `SealedSize` bytes; the plaintext may lie within `out`. False: OpenSSL
 * failed. */
bool SealRecord(AeadPool& aead, const CipherSuite& suite, const DirectionKeys& keys,
                const RecordContent& content, uint8_t* out);

enum class OpenStatus { kOk, kShort, kForged };

/** Bytes and real type of an opened record. */
struct OpenedRecord {
  uint8_t type = 0;
  size_t size = 0;
};

/** Opens a protected record to `out`, which has room for its fragment. */
OpenStatus OpenRecord(AeadPool& aead, const CipherSuite& suite, const DirectionKeys& keys,
                      const Record& record, uint8_t* out, OpenedRecord* opened);

}  // namespace coapkit::dtls
