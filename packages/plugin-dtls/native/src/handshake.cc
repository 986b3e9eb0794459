#include "handshake.h"

#include <openssl/err.h>

namespace coapkit::dtls {
namespace {

constexpr size_t kMaxHeldBytes = 8192;
constexpr size_t kMaxEarlyBytes = 1024;
constexpr uint8_t kWarning = 1, kFatal = 2;

/** OpenSSL's timer reads the clock and sends each message alone, so it must never fire: an hour is too long.
 */
unsigned NeverExpire(SSL*, unsigned) { return 3'600'000'000; }

/** Keeps a record for later, within a limit: what does not fit is lost, and the peer sends it again. */
void Keep(ByteView record, size_t limit, Bytes* kept) {
  if (kept->size() + record.size > limit) return;
  kept->insert(kept->end(), record.data, record.data + record.size);
}

}  // namespace

Handshake::Handshake(Context* context, uint32_t session, RecordLayer* records, bool is_server,
                     PortedSsl ported)
    : context_(context),
      session_(session),
      records_(records),
      is_server_(is_server),
      ported_(std::move(ported)),
      sender_({records, context->aead(), context->options().mtu}, context->options().retransmit_initial_ms) {
  context_->handshakes++;
  context_->counters()->handshakes_started++;
  SSL_set_app_data(ssl(), this);
  DTLS_set_timer_cb(ssl(), NeverExpire);
  if (is_server && context->options().has_psk) SetServerPskCallback(ssl());
}

Handshake::~Handshake() {
  context_->handshakes--;
  if (outcome_ == Outcome::kPending) context_->counters()->handshakes_abandoned++;
  if (!records_->has_connection_ids() && !cid_extension_.empty()) {
    context_->connection_ids()->Release(ByteView(cid_extension_).Skip(1));
  }
}

Handshake* Handshake::From(SSL* ssl) { return static_cast<Handshake*>(SSL_get_app_data(ssl)); }

const CipherSuite* Handshake::suite() const {
  const SSL_CIPHER* cipher = SSL_get_pending_cipher(ssl());
  if (cipher == nullptr) cipher = SSL_get_current_cipher(ssl());
  return cipher == nullptr ? nullptr : FindCipherSuite(SSL_CIPHER_get_protocol_id(cipher));
}

void Handshake::Take(const Record& record, Output* output) {
  if (needs_key_) {
    Keep(record.whole, kMaxHeldBytes, &held_);
  } else if (record.epoch == 0) {
    TakePlain(record, output);
  } else {
    TakeProtected(record, output);
  }
}

void Handshake::TakePlain(const Record& record, Output* output) {
  const bool is_expected =
      record.type == kHandshake || record.type == kChangeCipherSpec || record.type == kAlert;
  if (!is_expected || record.fragment.empty()) {
    context_->counters()->dropped_unexpected++;
    return;
  }
  if (record.type == kAlert && TakeAlert(record.fragment)) return;
  if (WaitsForKey(record, output)) {
    Keep(record.whole, kMaxHeldBytes, &held_);
    return;
  }
  DeliverToOpenSsl(record.whole, output);
}

void Handshake::TakeProtected(const Record& record, Output* output) {
  if (!EnsureKeys()) {
    // It came before what it depends on, as Finished may; or it is forged, so that one alone is not enough.
    Keep(record.whole, kMaxEarlyBytes, &early_);
    return;
  }
  Bytes plaintext(record.fragment.size + 1);
  ReceivedRecord received;
  if (!CountReceived(context_->counters(),
                     records_->Receive(*context_->aead(), record, plaintext.data(), &received))) {
    return;
  }
  output->Set(kAuthenticated);
  if (received.is_newest) output->Set(kNewest);
  if (received.type != kHandshake && received.type != kAlert) {
    context_->counters()->dropped_unexpected++;
    return;
  }
  const ByteView content(plaintext.data(), received.size);
  if (received.type == kAlert && TakeAlert(content)) return;
  if (record.cid.empty()) {
    DeliverToOpenSsl(record.whole, output);
  } else {
    DeliverToOpenSsl(records_->SealForOpenSsl(*context_->aead(), received.type, record.sequence, content),
                     output);
  }
}

/** Whether this record asks for a key that is still to be looked up; says so once the identity is complete.
 */
bool Handshake::WaitsForKey(const Record& record, Output* output) {
  if (!is_server_ || has_key_ || record.type != kHandshake) return false;
  const CipherSuite* chosen = suite();
  if (chosen == nullptr || !chosen->uses_psk()) return false;
  const PskIdentityPeek::Result result = peek_.Take(record.fragment);
  if (result == PskIdentityPeek::Result::kNoKeyExchange) return false;
  if (result == PskIdentityPeek::Result::kComplete) {
    needs_key_ = true;
    const std::string& identity = peek_.identity();
    output->Set(kKeyNeeded);
    output->Append(FrameKind::kPskIdentity,
                   {reinterpret_cast<const uint8_t*>(identity.data()), identity.size()});
  }
  return true;
}

void Handshake::Resume(const ByteView* key, Output* output) {
  if (!needs_key_) return;
  needs_key_ = false;
  has_key_ = true;
  sender_.RestartTimer();
  if (key != nullptr) {
    psk_.Set(peek_.identity(), *key);
  } else {
    context_->counters()->unknown_identities++;
    if (context_->options().conceals_unknown_identities) psk_.SetRandom(peek_.identity());
  }
  TakeKept(&held_, output);
}

/** Takes records that were kept, in the order in which they came. */
void Handshake::TakeKept(Bytes* kept, Output* output) {
  const Bytes records = std::move(*kept);
  kept->clear();
  ByteView rest = records;
  Record record;
  while (outcome_ == Outcome::kPending && ParseRecord(rest, records_->own_cid().size(), &record)) {
    rest = rest.Skip(record.whole.size);
    Take(record, output);
  }
}

void Handshake::NoteFatalAlert(ByteView alert, EndReason reason) {
  if (alert.size != 2 || alert.data[0] != kFatal || cause_.reason != EndReason::kNone) return;
  cause_ = {reason, alert.data[1]};
}

/** True: nothing is left to do. Warnings are not OpenSSL's business: it takes them for a breach of protocol.
 */
bool Handshake::TakeAlert(ByteView alert) {
  if (alert.size == 2 && alert.data[1] == SSL_AD_CLOSE_NOTIFY) {
    outcome_ = Outcome::kClosed;
    cause_ = {EndReason::kClosedByPeer, 0};
    return true;
  }
  NoteFatalAlert(alert, EndReason::kAlertReceived);
  return alert.size != 2 || alert.data[0] != kFatal;
}

void Handshake::DeliverToOpenSsl(ByteView record, Output* output) {
  ported_.port->set_input(record);
  Step();
  ported_.port->ClearInput();
  if (outcome_ == Outcome::kPending && !early_.empty() && EnsureKeys()) TakeKept(&early_, output);
}

void Handshake::Step() {
  ERR_clear_error();  // SSL_get_error reads it
  const int result = SSL_do_handshake(ssl());
  const int error = SSL_get_error(ssl(), result);
  ERR_clear_error();
  NegotiateConnectionIds();
  Collect();
  Conclude(result, error);
}

void Handshake::Conclude(int result, int error) {
  if (result != 1 && error == SSL_ERROR_WANT_READ) {
    cause_ = {};  // an alert that OpenSSL has dropped, as one that came before
  } else if (result != 1) {
    Fail();
  } else if (!EnsureKeys()) {
    Fail();
  } else if (context_->options().requires_extended_master_secret && SSL_get_extms_support(ssl()) != 1) {
    Refuse();
  } else {
    outcome_ = Outcome::kEstablished;
  }
}

/** Ends a handshake that OpenSSL would let pass. */
void Handshake::Refuse() {
  const Bytes alert = {kFatal, SSL_AD_HANDSHAKE_FAILURE};
  sender_.Add({kAlert, 1, alert});
  NoteFatalAlert(alert, EndReason::kAlertSent);
  Fail();
}

void Handshake::Fail() {
  outcome_ = Outcome::kFailed;
  if (cause_.reason == EndReason::kNone) cause_.reason = EndReason::kInternal;
  if (cause_.reason == EndReason::kAlertSent && SSL_get_verify_result(ssl()) != X509_V_OK) {
    cause_.reason = EndReason::kPeerNotTrusted;
  }
}

void Handshake::Cancel() {
  outcome_ = Outcome::kClosed;
  cause_ = {EndReason::kClosedLocally, 0};
  const uint8_t epoch = sender_.is_protected() ? 1 : 0;
  sender_.Add({kAlert, epoch, {kWarning, SSL_AD_USER_CANCELLED}});
  sender_.Add({kAlert, epoch, {kWarning, SSL_AD_CLOSE_NOTIFY}});
}

/** Takes apart what OpenSSL has written in a step. */
void Handshake::Collect() {
  const Bytes written = ported_.port->TakeOutput();
  ByteView rest = written;
  Record record;
  while (ParseRecord(rest, 0, &record)) {
    rest = rest.Skip(record.whole.size);
    CollectRecord(record);
  }
  sender_.EndFlight();
}

void Handshake::CollectRecord(const Record& record) {
  OpenedRecord opened{record.type, record.fragment.size};
  Bytes content = record.fragment.Copy();
  if (record.epoch > 0) {
    if (!EnsureKeys() || !records_->OpenOwn(*context_->aead(), record, content.data(), &opened)) return;
    content.resize(opened.size);
  }
  if (opened.type == kAlert) NoteFatalAlert(content, EndReason::kAlertSent);
  sender_.Add({opened.type, static_cast<uint8_t>(record.epoch), std::move(content)});
}

void Handshake::Retransmit(Output* output) {
  if (needs_key_ || !sender_.Resend(output)) return;
  context_->counters()->retransmissions++;
  sender_.StartTimer(output);
}

void Handshake::Flush(Output* output) {
  sender_.Flush(output);
  if (outcome_ != Outcome::kPending || needs_key_) {
    output->set_timeout(kNoTimeout);
  } else {
    sender_.StartTimer(output);
  }
}

bool Handshake::EnsureKeys() {
  if (records_->has_keys()) return true;
  const CipherSuite* chosen = suite();
  const SSL_SESSION* session = SSL_get_session(ssl());
  if (chosen == nullptr || session == nullptr) return false;
  HandshakeSecrets secrets;
  return SSL_SESSION_get_master_key(session, secrets.master, kMasterSecretSize) == kMasterSecretSize &&
         SSL_get_client_random(ssl(), secrets.client_random, kRandomSize) == kRandomSize &&
         SSL_get_server_random(ssl(), secrets.server_random, kRandomSize) == kRandomSize &&
         records_->SetKeys(*chosen, secrets, is_server_);
}

const Bytes* Handshake::OfferConnectionId() {
  if (cid_extension_.empty()) {
    Bytes cid;
    if (!context_->connection_ids()->Allocate(session_, &cid)) return nullptr;
    cid_extension_.push_back(static_cast<uint8_t>(cid.size()));
    cid_extension_.insert(cid_extension_.end(), cid.begin(), cid.end());
  }
  return &cid_extension_;
}

void Handshake::TakePeerConnectionId(ByteView cid) {
  peer_cid_ = cid.Copy();
  has_peer_cid_ = true;
}

/** Both have said theirs: a server when it has answered, a client when it has the answer. */
void Handshake::NegotiateConnectionIds() {
  if (!has_peer_cid_ || cid_extension_.empty() || records_->has_connection_ids()) return;
  records_->SetConnectionIds(ByteView(cid_extension_).Skip(1).Copy(), peer_cid_);
}

}  // namespace coapkit::dtls
