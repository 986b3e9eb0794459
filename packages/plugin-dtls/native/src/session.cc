#include "session.h"

#include "certificates.h"
#include "client_hello.h"
#include "raw_public_keys.h"

namespace coapkit::dtls {
namespace {

constexpr uint8_t kWarning = 1, kFatal = 2;

uint64_t TailOf(ByteView random) {
  uint64_t tail;
  std::memcpy(&tail, random.data + random.size - sizeof tail, sizeof tail);
  return tail;
}

std::vector<const CipherSuite*> SuitesWithPsk(const std::vector<const CipherSuite*>& suites, bool uses_psk) {
  std::vector<const CipherSuite*> usable;
  for (const CipherSuite* suite : suites) {
    if (suite->uses_psk() == uses_psk) usable.push_back(suite);
  }
  return usable;
}

}  // namespace

Session::~Session() {
  handshake_.reset();
  if (records_.has_connection_ids()) context_->connection_ids()->Release(records_.own_cid());
}

Session::Stage Session::stage() const {
  if (is_ended_) return Stage::kEnded;
  if (!handshake_) return Stage::kEstablished;
  if (records_.has_keys()) return Stage::kFinished;
  return handshake_->suite() != nullptr ? Stage::kKey : Stage::kHello;
}

void Session::Accept(PortedSsl ported, const Record& client_hello, Output* output) {
  client_random_tail_ = TailOf(ClientHelloRandom(client_hello));
  records_.set_next_plain_sequence(client_hello.sequence);
  handshake_ = std::make_unique<Handshake>(context_, id_, &records_, true, std::move(ported));
  handshake_->Start();
  SettleHandshake(output);
}

std::string Session::Connect(const ConnectOptions& options, Output* output) {
  const bool has_psk = !options.psk_identity.empty();
  const auto suites = SuitesWithPsk(context_->options().suites, has_psk);
  if (suites.empty()) return has_psk ? "the context has no PSK suite" : "pskIdentity and pskKey are needed";
  if (!has_psk && context_->options().has_certificates && options.server_name.empty())
    return "serverName is needed";
  PortedSsl ported = MakePortedSsl(context_->ssl_context(), context_->options().mtu);
  SSL* ssl = ported.ssl.get();
  if (ssl == nullptr || SSL_set_cipher_list(ssl, CipherList(suites).c_str()) != 1)
    return "OpenSSL is out of memory";
  if (!options.server_name.empty() && !ExpectServerName(ssl, options.server_name)) {
    return "serverName is neither a name nor an address";
  }
  SSL_set_connect_state(ssl);
  // A server without certificate is none, whatever clients are asked for.
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  handshake_ = std::make_unique<Handshake>(context_, id_, &records_, false, std::move(ported));
  if (has_psk) {
    handshake_->mutable_psk()->Set(options.psk_identity, options.psk_key);
    SetClientPskCallback(ssl);
  }
  handshake_->Start();
  SettleHandshake(output);
  return "";
}

void Session::Feed(ByteView datagram, Output* output) {
  for (bool is_first = true; datagram.size > 0 && !is_ended_; is_first = false) {
    Record record;
    if (!ParseRecord(datagram, records_.own_cid().size(), &record)) {
      context_->counters()->dropped_malformed++;
      break;
    }
    datagram = datagram.Skip(record.whole.size);
    if (is_first && StartsAnotherHandshake(record)) {
      output->Set(kClientHello);
      return;
    }
    if (handshake_) {
      TakeDuringHandshake(record, output);
    } else {
      TakeEstablished(record, output);
    }
  }
  if (handshake_) SettleHandshake(output);
}

bool Session::StartsAnotherHandshake(const Record& record) const {
  if (!is_server_) return false;
  const ByteView random = ClientHelloRandom(record);
  return !random.empty() && TailOf(random) != client_random_tail_;
}

void Session::TakeDuringHandshake(const Record& record, Output* output) {
  if (record.epoch > 1 || (is_server_ && !ClientHelloRandom(record).empty())) {
    context_->counters()->dropped_unexpected++;
    return;
  }
  handshake_->Take(record, output);
  if (handshake_->outcome() != Handshake::Outcome::kPending) SettleHandshake(output);
}

void Session::TakeEstablished(const Record& record, Output* output) {
  if (record.epoch != 1) {
    context_->counters()->dropped_unexpected++;
    return;
  }
  uint8_t* plaintext = output->Reserve(record.fragment.size);
  if (plaintext == nullptr) return;
  ReceivedRecord received;
  if (!CountReceived(context_->counters(),
                     records_.Receive(*context_->aead(), record, plaintext, &received))) {
    if (records_.is_integrity_limit_reached()) GiveUpKeys(output);
    return;
  }
  output->Set(kAuthenticated);
  if (received.is_newest) output->Set(kNewest);
  switch (received.type) {
    case kApplicationData:
      output->Commit(FrameKind::kPlaintext, received.size);
      context_->counters()->records_received++;
      if (!last_flight_.empty()) Flight().swap(last_flight_);
      break;
    case kAlert:
      TakeAlert({plaintext, received.size}, output);
      break;
    case kHandshake:
      TakeLateHandshake({plaintext, received.size}, output);
      break;
    default:
      context_->counters()->dropped_unexpected++;
  }
}

/** RFC 6347 §4.1.2.7: the alert, where there is one for records that are not authentic. */
void Session::GiveUpKeys(Output* output) {
  SendAlert(kFatal, SSL_AD_BAD_RECORD_MAC, output);
  End(kFailed, {EndReason::kAlertSent, SSL_AD_BAD_RECORD_MAC}, output);
}

void Session::TakeAlert(ByteView alert, Output* output) {
  if (alert.size != 2) {
    context_->counters()->dropped_unexpected++;
  } else if (alert.data[1] == SSL_AD_CLOSE_NOTIFY) {
    SendAlert(kWarning, SSL_AD_CLOSE_NOTIFY, output);  // RFC 5246 §7.2.1
    End(kClosed, {EndReason::kClosedByPeer, 0}, output);
  } else if (alert.data[0] == kFatal) {
    End(kFailed, {EndReason::kAlertReceived, alert.data[1]}, output);
  }
}

/** A repeated Finished shows that ours got lost. All else would be a renegotiation, which is refused. */
void Session::TakeLateHandshake(ByteView message, Output* output) {
  if (message.empty() || message.data[0] != kFinishedMessage || last_flight_.empty()) {
    context_->counters()->dropped_unexpected++;
    return;
  }
  context_->counters()->retransmissions++;
  SendFlight(last_flight_, {&records_, context_->aead(), context_->options().mtu}, output);
}

void Session::SettleHandshake(Output* output) {
  handshake_->Flush(output);
  switch (handshake_->outcome()) {
    case Handshake::Outcome::kPending:
      return;
    case Handshake::Outcome::kEstablished:
      context_->counters()->handshakes_finished++;
      Establish(output);
      break;
    case Handshake::Outcome::kClosed:
      context_->counters()->handshakes_abandoned++;
      End(kClosed, handshake_->end_cause(), output);
      break;
    case Handshake::Outcome::kFailed:
      context_->counters()->handshakes_failed++;
      End(kFailed, handshake_->end_cause(), output);
      break;
  }
  handshake_.reset();
}

void Session::Establish(Output* output) {
  SSL* ssl = handshake_->ssl();
  peer_.has_extended_master_secret = SSL_get_extms_support(ssl) == 1;
  if (records_.suite()->uses_psk()) {
    peer_.has_psk_identity = true;
    peer_.psk_identity = handshake_->psk().identity();
  } else if (context_->options().has_raw_public_keys) {
    peer_.public_key = PeerRawPublicKey(ssl);
  } else {
    peer_.certificate = PeerCertificate(ssl);
  }
  if (is_server_) last_flight_ = handshake_->TakeLastFlight();
  output->Set(kEstablished);
}

void Session::Resume(const ByteView* key, Output* output) {
  if (!handshake_) return;
  handshake_->Resume(key, output);
  SettleHandshake(output);
}

void Session::Write(ByteView plaintext, Output* output) {
  const size_t size = records_.SizeOf(1, plaintext.size);
  uint8_t* room = output->Reserve(size);
  if (room == nullptr) return;
  if (records_.Write(*context_->aead(), 1, kApplicationData, plaintext, room)) {
    output->Commit(FrameKind::kDatagram, size);
    context_->counters()->records_sent++;
    return;
  }
  End(kFailed, {records_.is_exhausted() ? EndReason::kSequenceExhausted : EndReason::kInternal, 0}, output);
}

void Session::Retransmit(Output* output) {
  if (handshake_) handshake_->Retransmit(output);
}

void Session::Close(Output* output) {
  if (is_ended_) return;
  if (handshake_) {
    handshake_->Cancel();
    SettleHandshake(output);
    return;
  }
  SendAlert(kWarning, SSL_AD_CLOSE_NOTIFY, output);
  End(kClosed, {EndReason::kClosedLocally, 0}, output);
}

void Session::SendAlert(uint8_t level, uint8_t description, Output* output) {
  const Flight alert = {{kAlert, 1, {level, description}}};
  SendFlight(alert, {&records_, context_->aead(), context_->options().mtu}, output);
}

void Session::End(Flag flag, const EndCause& cause, Output* output) {
  is_ended_ = true;
  Flight().swap(last_flight_);
  output->Set(flag);
  output->set_end(cause.reason, cause.alert);
  output->set_timeout(kNoTimeout);
}

}  // namespace coapkit::dtls
