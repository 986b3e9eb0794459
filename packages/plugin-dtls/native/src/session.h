#pragma once

#include <memory>
#include <string>

#include "handshake.h"

namespace coapkit::dtls {

/** What a client needs for one session. */
struct ConnectOptions {
  std::string server_name;
  std::string psk_identity;
  ByteView psk_key;
};

/** What a handshake leaves behind for the application. */
struct PeerIdentity {
  bool has_extended_master_secret = false;
  bool has_psk_identity = false;
  std::string psk_identity;
  Bytes certificate;
  Bytes public_key;
};

/** One DTLS connection: a handshake first, then little more than its record layer. */
class Session {
 public:
  enum class Stage : uint8_t { kHello, kKey, kFinished, kEstablished, kEnded };

  Session(Context* context, uint32_t id, bool is_server)
      : context_(context), id_(id), is_server_(is_server) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /** Goes on where the listener has accepted this ClientHello. */
  void Accept(PortedSsl ported, const Record& client_hello, Output* output);
  /** Sends the ClientHello. Returns what is wrong, or "". */
  std::string Connect(const ConnectOptions& options, Output* output);

  void Feed(ByteView datagram, Output* output);
  void Resume(const ByteView* key, Output* output);
  void Write(ByteView plaintext, Output* output);
  void Retransmit(Output* output);
  void Close(Output* output);

  Context* context() const { return context_; }
  uint32_t id() const { return id_; }
  bool is_server() const { return is_server_; }
  Stage stage() const;
  const RecordLayer& records() const { return records_; }
  const PeerIdentity& peer() const { return peer_; }
  size_t max_plaintext() const { return kMaxPlaintext - (records_.peer_cid().empty() ? 0 : 1); }

 private:
  bool StartsAnotherHandshake(const Record& record) const;
  void TakeDuringHandshake(const Record& record, Output* output);
  void TakeEstablished(const Record& record, Output* output);
  void GiveUpKeys(Output* output);
  void TakeAlert(ByteView alert, Output* output);
  void TakeLateHandshake(ByteView message, Output* output);
  void SettleHandshake(Output* output);
  void Establish(Output* output);
  void SendAlert(uint8_t level, uint8_t description, Output* output);
  void End(Flag flag, const EndCause& cause, Output* output);

  Context* const context_;
  const uint32_t id_;
  const bool is_server_;
  bool is_ended_ = false;
  uint64_t client_random_tail_ = 0;  // tells a repeated ClientHello from another one
  RecordLayer records_;
  std::unique_ptr<Handshake> handshake_;  // gone once it is finished
  Flight last_flight_;                    // of a server, until application data shows that it arrived
  PeerIdentity peer_;
};

}  // namespace coapkit::dtls
