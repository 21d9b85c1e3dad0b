#include "libsupply/trust/verify/internal/bundle_check.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"
#include "libsupply/trust/verify/internal/log_entry_check.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using attest::StepOutcome;
using crypto::Certificate;
using root::CertificateAuthority;
using root::TransparencyLog;

constexpr std::size_t kHashedPerVerification = 256 * kKiB;  // takes as long (PublicKey::cost)

constexpr Step kSteps[] = {Step::parse,           Step::trust_root, Step::tlog_set,  Step::tlog_inclusion,
                           Step::tlog_checkpoint, Step::tlog_entry, Step::timestamp, Step::time,
                           Step::chain,           Step::sct,        Step::signature, Step::artifact,
                           Step::identity};

crypto::SignatureScheme scheme_for(crypto::KeyType type, crypto::HashAlgorithm hash) {
  using crypto::HashAlgorithm;
  using crypto::SignatureScheme;
  if (type == crypto::KeyType::ed25519) return SignatureScheme::ed25519;
  const bool rsa = type == crypto::KeyType::rsa;
  if (hash == HashAlgorithm::sha384) return rsa ? SignatureScheme::rsa_pkcs1_sha384 : SignatureScheme::ecdsa_sha384;
  if (hash == HashAlgorithm::sha512) return rsa ? SignatureScheme::rsa_pkcs1_sha512 : SignatureScheme::ecdsa_sha512;
  return rsa ? SignatureScheme::rsa_pkcs1_sha256 : SignatureScheme::ecdsa_sha256;
}

class BundleCheck {
 public:
  BundleCheck(const attest::Bundle& bundle, const std::optional<Artifact>& artifact, const TrustPolicy& policy,
              Time now, Budget& budget, std::optional<std::string_view> stamped)
      : bundle_(bundle),
        artifact_(artifact),
        policy_(policy),
        trusted_(*policy.trusted_root),
        now_(now),
        budget_(budget),
        stamped_(stamped.value_or(signature_bytes())) {
    for (const Step step : kSteps) verdict_.steps.push_back({step});
  }

  // The steps in the order of the specification, but that an issuer nobody trusts ends the matter first: it is the
  // reason for all that would follow.
  BundleVerdict run() && {
    if (parse() && issuer_known() && log_entries() && timestamps() && time() && chain() && sct() && signature() &&
        artifact() && identity())
      accept();
    return std::move(verdict_);
  }

 private:
  bool by_certificate() const { return !bundle_.certificates.empty(); }
  const std::string& signature_bytes() const {
    if (const auto* envelope = std::get_if<attest::Envelope>(&bundle_.content))
      return envelope->signatures.front().bytes;
    return std::get<attest::MessageSignature>(bundle_.content).signature;
  }

  attest::StepResult& at(Step step) { return verdict_.steps[static_cast<std::size_t>(step)]; }
  bool pass(Step step, std::string detail = {}) {
    at(step) = {step, StepOutcome::passed, StepCode::ok, std::move(detail)};
    return true;
  }
  bool skip(Step step, StepCode code, std::string detail = {}) {
    at(step) = {step, StepOutcome::skipped, code, std::move(detail)};
    return true;
  }
  bool fail(Step step, StepCode code, std::string detail) {
    at(step) = {step, StepOutcome::failed, code, std::move(detail)};
    return false;
  }
  bool fail(Step step, const Error& error) { return fail(step, step_code(error), error.message()); }

  bool parse() {
    at(Step::trust_root) = {Step::trust_root, StepOutcome::passed, StepCode::ok, {}};
    if (by_certificate()) {
      Result<Certificate> leaf = Certificate::from_der(bundle_.certificates.front());
      if (!leaf) return fail(Step::parse, leaf.error());
      if (!leaf->key)
        return fail(Step::parse, StepCode::unsupported, "certificate with a key of a type that Supply does not use");
      leaf_ = *std::move(leaf);
    }
    pass(Step::parse);
    if (by_certificate() && policy_.identities.empty())
      return fail(Step::identity, StepCode::invalid, "signed with a certificate: want a key's signature");
    if (!by_certificate() && policy_.keys.empty())
      return fail(Step::identity, StepCode::invalid, "signed with a key: want a certificate's signature");
    return by_certificate() || find_key();
  }

  // Which of the keys made the signature: the log entry must hold that one. None: the signature step says so.
  bool find_key() {
    for (const TrustedKey& trusted : policy_.keys) {
      const Result<crypto::SignatureScheme> scheme = holds(trusted.key);
      if (!scheme && scheme.error().code() == ErrorCode::mismatch) continue;
      if (!scheme) return fail(Step::signature, scheme.error());
      key_ = &trusted;
      scheme_ = *scheme;
      return true;
    }
    return true;
  }

  // Whether the signature is the key's, over what the bundle says that it is over.
  Result<crypto::SignatureScheme> holds(const crypto::PublicKey& key) {
    const std::string& signature = signature_bytes();
    if (const auto* envelope = std::get_if<attest::Envelope>(&bundle_.content)) {
      crypto::Message message(envelope->payload,
                              attest::pre_authentication_head(envelope->payload_type, envelope->payload.size()));
      SUPPLY_TRY(budget_.spend(Cost::verifications, key.cost(message, signature)));
      return key.verify(message, signature);
    }
    const auto& content = std::get<attest::MessageSignature>(bundle_.content);
    const std::optional<crypto::HashAlgorithm> hash = hash_named(content.digest_algorithm);
    if (!hash || content.digest.empty()) return Error(ErrorCode::mismatch, "bundle has no messageDigest");
    const crypto::SignatureScheme scheme = scheme_for(key.type(), *hash);
    SUPPLY_TRY(budget_.spend(Cost::verifications, key.cost(signature)));
    if (scheme != crypto::SignatureScheme::ed25519 && crypto::verify_hash_as(scheme, key, content.digest, signature))
      return scheme;
    if (!artifact_ || !artifact_->bytes) {
      if (scheme == crypto::SignatureScheme::ed25519)
        return Error(ErrorCode::unsupported, "an Ed25519 signature is over the file itself: its digest is not enough");
      return Error(ErrorCode::mismatch, "signature was not made by this key over these bytes");
    }
    // Over another hash than the one that binds the bundle to the file, which then has to hold too.
    SUPPLY_TRY(budget_.spend(Cost::verifications, artifact_->bytes->size() / kHashedPerVerification));
    if (digest_of(*hash) != content.digest)
      return Error(ErrorCode::mismatch, "signature is not over what the bundle's messageDigest is of");
    crypto::Message message(*artifact_->bytes);
    SUPPLY_TRY(budget_.spend(Cost::verifications, key.cost(message, signature)));
    return key.verify(message, signature);
  }

  // Authorities that could have issued the certificate at some time of its validity.
  bool issuer_known() {
    if (!by_certificate()) return true;
    Error why(ErrorCode::mismatch, "no trusted authority issued the certificate");
    for (const CertificateAuthority& authority : trusted_.certificate_authorities) {
      std::vector<Time> instants{leaf_->not_before, leaf_->not_after};
      for (const std::optional<Time>& end : {authority.valid_for.start, authority.valid_for.end})
        if (end && leaf_->is_valid_at(*end)) instants.push_back(*end);
      for (const Time instant : instants) {
        const auto found = chain_at(authority, instant);
        if (found) {
          issuers_.push_back(&authority);
          break;
        }
        if (found.error().code() == ErrorCode::limit_exceeded) return fail(Step::chain, found.error());
        if (why.message().starts_with("no trusted") || authority.chain.front().subject == leaf_->issuer)
          why = Error(found.error());
      }
    }
    if (issuers_.empty()) return fail(Step::chain, why);
    made_ = holds(*leaf_->key);
    return true;
  }

  Result<std::vector<const Certificate*>> chain_at(const CertificateAuthority& authority, Time time) {
    if (!authority.valid_for.covers(time))
      return Error(ErrorCode::mismatch, "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(time));
    return crypto::chain_of(*leaf_, authority.chain, {}, {crypto::kCodeSigning, time}, budget_);
  }

  bool log_entries() {
    constexpr Step kLogSteps[] = {Step::tlog_set, Step::tlog_inclusion, Step::tlog_checkpoint, Step::tlog_entry};
    if (policy_.log == Waived::yes) {
      for (const Step step : kLogSteps)
        skip(step, StepCode::waived, std::to_string(bundle_.log_entries.size()) + " log entries not looked at");
      return true;
    }
    const SignedContent content{bundle_,
                                leaf_ ? &*leaf_ : nullptr,
                                key_ != nullptr ? &key_->key : nullptr,
                                artifact_ ? artifact_->bytes : std::nullopt,
                                artifact_ ? &artifact_->digest : nullptr,
                                by_certificate() ? made_ && *made_ : key_ != nullptr};
    std::set<std::pair<std::string, std::uint64_t>> seen;
    std::set<std::string> logs;
    std::optional<LogEntryFault> passed_over;
    bool promised = false, proven = false;
    for (const attest::LogEntry& entry : bundle_.log_entries) {
      if (!seen.emplace(entry.log_id, entry.log_index).second)
        return fail(Step::tlog_entry, StepCode::twice, "the same log entry twice");
      LogEntryVerdict judged = check_log_entry(entry, content, trusted_.logs, budget_);
      if (judged.fault && judged.fault->refuses)
        return fail(judged.fault->step, judged.fault->code, judged.fault->detail);
      if (judged.fault) {
        if (!passed_over) passed_over = std::move(judged.fault);
        continue;
      }
      if (judged.time) times_.push_back(*judged.time);
      else if (entry.integrated_time) claimed_.push_back(Time(std::chrono::seconds(*entry.integrated_time)));
      if (!judged.time) timeless_.push_back(judged.log);
      promised = promised || judged.time;
      proven = proven || entry.proof;
      logs.insert(judged.log->owner.empty() ? judged.log->id : judged.log->owner);
    }
    if (logs.size() < policy_.log_entries) {
      if (passed_over) return fail(passed_over->step, passed_over->code, passed_over->detail);
      return fail(Step::tlog_entry, StepCode::missing,
                  std::to_string(logs.size()) + " log entries: want " + std::to_string(policy_.log_entries));
    }
    const std::string also = passed_over ? "; passed over: " + passed_over->detail : "";
    promised ? pass(Step::tlog_set) : skip(Step::tlog_set, StepCode::not_needed);
    for (const Step step : {Step::tlog_inclusion, Step::tlog_checkpoint})
      proven ? pass(step) : skip(step, StepCode::not_needed);
    return pass(Step::tlog_entry, std::to_string(logs.size()) + (logs.size() == 1 ? " log" : " logs") + also);
  }

  bool timestamps() {
    if (bundle_.timestamps.empty()) return skip(Step::timestamp, StepCode::not_needed);
    std::set<std::string> authorities;
    std::optional<Error> why;
    for (const std::string& response : bundle_.timestamps) {
      const Result<crypto::Timestamp> timestamp = crypto::Timestamp::parse(response);
      if (!timestamp) {
        if (!why) why = timestamp.error();
        continue;
      }
      std::optional<Error> refused;
      bool good = false;
      for (const CertificateAuthority& authority : trusted_.timestamp_authorities) {
        Status made = crypto::verify_timestamp(*timestamp, stamped_, authority.chain, budget_);
        if (made && !authority.valid_for.covers(timestamp->time))
          made = Error(ErrorCode::mismatch,
                       "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(timestamp->time));
        if (made) {
          good = true;
          times_.push_back(timestamp->time);
          authorities.insert(authority.owner.empty() ? authority.uri : authority.owner);
          break;
        }
        if (made.error().code() == ErrorCode::limit_exceeded) return fail(Step::timestamp, made.error());
        refused = made.error();
      }
      if (!good && !why) why = refused ? *refused : Error(ErrorCode::mismatch, "no timestamp authority is trusted");
    }
    if (authorities.empty()) return fail(Step::timestamp, *why);
    return pass(Step::timestamp, why ? "passed over: " + why->message() : "");
  }

  bool time() {
    std::sort(times_.begin(), times_.end());
    times_.erase(std::unique(times_.begin(), times_.end()), times_.end());
    // A log without times of its own is trusted only within its window, as far as a time is known.
    for (const TransparencyLog* log : timeless_)
      if (!times_.empty() &&
          std::none_of(times_.begin(), times_.end(), [&](Time one) { return log->valid_for.covers(one); }))
        return fail(Step::time, StepCode::outside,
                    "log " + quote(log->base_url) + " is not trusted at " + to_rfc3339(times_.front()));
    if (!by_certificate())
      return times_.empty() ? skip(Step::time, StepCode::not_needed) : pass(Step::time, "proven: " + list_of(times_));
    std::string detail = "proven: ";
    if (times_.empty() && policy_.log == Waived::yes && bundle_.timestamps.empty()) {
      times_.push_back(now_);
      detail = "the present time, since log entries are not looked at and there is no timestamp: ";
    }
    if (times_.size() < policy_.times)
      return fail(
          Step::time, StepCode::missing,
          times_.empty() ? "no time is proven: neither a log's promise nor a timestamp" : "too few times are proven");
    for (const std::vector<Time>& all : {times_, claimed_})
      for (const Time one : all)
        if (!leaf_->is_valid_at(one))
          return fail(Step::time, StepCode::outside,
                      "signed at " + to_rfc3339(one) + ", when the certificate was not valid (" +
                          to_rfc3339(leaf_->not_before) + " to " + to_rfc3339(leaf_->not_after) + ')');
    return pass(Step::time, detail + list_of(times_));
  }

  static std::string list_of(const std::vector<Time>& times) {
    return join(times, ", ", [](Time one) { return to_rfc3339(one); });
  }

  // At each proven time, by one authority.
  bool chain() {
    if (!by_certificate()) return skip(Step::chain, StepCode::not_needed);
    std::optional<Error> why;
    for (const CertificateAuthority* authority : issuers_) {
      bool all = true;
      for (const Time one : times_) {
        auto found = chain_at(*authority, one);
        if (!found) {
          if (found.error().code() == ErrorCode::limit_exceeded) return fail(Step::chain, found.error());
          why = found.error();
          all = false;
          break;
        }
        issuer_ = (*found)[1];
      }
      if (all && issuer_ != nullptr) return pass(Step::chain, authority->uri);
    }
    return why ? fail(Step::chain, *why) : fail(Step::chain, StepCode::missing, "no time to judge it by");
  }

  bool sct() {
    if (!by_certificate()) return skip(Step::sct, StepCode::not_needed);
    if (policy_.sct == Waived::yes) return skip(Step::sct, StepCode::waived);
    const auto all = root::certificate_timestamps(*leaf_);
    if (!all) return fail(Step::sct, all.error());
    if (all->empty()) return fail(Step::sct, StepCode::missing, "certificate without SCT");
    std::set<std::string> logs;
    Error why(ErrorCode::mismatch, "by no trusted CT log");
    StepCode code = StepCode::unknown;
    for (const root::CertificateTimestamp& timestamp : *all) {
      for (const TransparencyLog& log : trusted_.ct_logs) {
        if (log.id != timestamp.log_id) continue;
        const Status made = root::verify_certificate_timestamp(timestamp, *leaf_, *issuer_, log, budget_);
        if (made) {
          logs.insert(log.owner.empty() ? log.id : log.owner);
          continue;
        }
        if (made.error().code() == ErrorCode::limit_exceeded) return fail(Step::sct, made.error());
        why = made.error();
        code = StepCode::invalid;
      }
    }
    if (logs.size() < policy_.scts) return fail(Step::sct, code, why.message());
    return pass(Step::sct);
  }

  bool signature() {
    if (!by_certificate())
      return key_ != nullptr ? pass(Step::signature, std::string(crypto::to_string(scheme_)))
                             : fail(Step::signature, StepCode::invalid,
                                    policy_.keys.size() == 1
                                        ? "signature is not by key " + quote(policy_.keys.front().name)
                                        : "signature by none of the " + std::to_string(policy_.keys.size()) + " keys");
    if (!*made_) return fail(Step::signature, made_->error());
    scheme_ = **made_;
    return pass(Step::signature, std::string(crypto::to_string(scheme_)));
  }

  bool artifact() {
    if (const auto* envelope = std::get_if<attest::Envelope>(&bundle_.content)) {
      if (!attest::is_in_toto_payload_type(envelope->payload_type))
        return fail(Step::artifact, StepCode::invalid,
                    "payload type " + quote(envelope->payload_type) + " is no in-toto statement");
      Result<attest::Statement> statement = attest::Statement::parse(envelope->payload);
      if (!statement) return fail(Step::artifact, statement.error());
      verdict_.statement = *std::move(statement);
      verdict_.payload = envelope->payload;
      if (!artifact_) return skip(Step::artifact, StepCode::not_needed);
      return is_subject(*verdict_.statement)
                 ? pass(Step::artifact)
                 : fail(Step::artifact, StepCode::invalid, "statement is not about " + artifact_->digest.to_string());
    }
    if (!artifact_) return skip(Step::artifact, StepCode::not_needed);
    const auto& content = std::get<attest::MessageSignature>(bundle_.content);
    const std::optional<std::string> digest = digest_of(*hash_named(content.digest_algorithm));
    if (!digest)
      return fail(Step::artifact, StepCode::unsupported,
                  "bundle has the file's digest by " + quote(content.digest_algorithm) + ", not by " +
                      std::string(artifact_->digest.algorithm()));
    if (*digest != content.digest)
      return fail(Step::artifact, StepCode::invalid,
                  "bundle is about other bytes: its messageDigest is not this file's");
    return pass(Step::artifact);
  }

  bool is_subject(const attest::Statement& statement) const {
    if (statement.subject(artifact_->digest) != nullptr) return true;
    if (!artifact_->bytes || artifact_->digest.algorithm() != "sha256") return false;
    const Result<Digest> other =
        Digest::from_bytes("sha512", crypto::hash(crypto::HashAlgorithm::sha512, *artifact_->bytes));
    return other && statement.subject(*other) != nullptr;
  }

  std::optional<std::string> digest_of(crypto::HashAlgorithm algorithm) const {
    if (crypto::to_string(algorithm) == artifact_->digest.algorithm())
      if (Result<std::string> raw = from_hex(artifact_->digest.encoded())) return *std::move(raw);
    if (artifact_->bytes) return crypto::hash(algorithm, *artifact_->bytes);
    return std::nullopt;
  }

  bool identity() {
    if (!by_certificate()) return pass(Step::identity, "key " + quote(key_->name));
    Result<attest::CertificateIdentity> found = root::certificate_identity(*leaf_);
    if (!found) return fail(Step::identity, found.error());
    identity_ = *std::move(found);
    for (const TrustedIdentity& wanted : policy_.identities)
      if (wanted.matches(*identity_)) return pass(Step::identity, identity_->name + " by " + identity_->issuer);
    return fail(Step::identity, StepCode::invalid,
                "signed by " + quote(identity_->name) + " of issuer " + quote(identity_->issuer) +
                    ", which is not who was asked for");
  }

  void accept() {
    const crypto::PublicKey& key = by_certificate() ? *leaf_->key : key_->key;
    attest::Signer signer{by_certificate() ? identity_->name : key_->name, to_hex(key.fingerprint()),
                          std::string(crypto::to_string(scheme_))};
    signer.certificate = identity_;
    signer.times = times_;
    if (policy_.log == Waived::yes && !bundle_.log_entries.empty()) signer.unchecked = "log entry";
    signer.steps = verdict_.steps;
    verdict_.signer = std::move(signer);
  }

  const attest::Bundle& bundle_;
  const std::optional<Artifact>& artifact_;
  const TrustPolicy& policy_;
  const root::TrustedRoot& trusted_;
  Time now_;
  Budget& budget_;
  std::string_view stamped_;
  BundleVerdict verdict_;
  std::optional<Certificate> leaf_;
  const TrustedKey* key_ = nullptr;
  crypto::SignatureScheme scheme_{};
  std::optional<Result<crypto::SignatureScheme>> made_;  // whether the certificate's key made the signature
  std::vector<const CertificateAuthority*> issuers_;
  const Certificate* issuer_ = nullptr;
  std::vector<Time> times_, claimed_;
  std::vector<const TransparencyLog*> timeless_;
  std::optional<attest::CertificateIdentity> identity_;
};

}  // namespace

const attest::StepResult* BundleVerdict::failure() const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [](const attest::StepResult& one) { return one.outcome == StepOutcome::failed; });
  return found == steps.end() ? nullptr : &*found;
}

Error BundleVerdict::error() const {
  const attest::StepResult* const failed = failure();
  if (failed == nullptr) return Error(ErrorCode::internal, "no step failed");
  ErrorCode code = ErrorCode::mismatch;
  if (failed->code == StepCode::too_much) code = ErrorCode::limit_exceeded;
  if (failed->code == StepCode::unsupported) code = ErrorCode::unsupported;
  if (failed->code == StepCode::malformed) code = ErrorCode::malformed;
  return Error(code, std::string(to_string(failed->step)) + ": " + failed->detail);
}

std::vector<attest::StepResult> unreadable(const Error& error) {
  std::vector<attest::StepResult> steps;
  for (const Step step : kSteps) steps.push_back({step});
  steps.front() = {Step::parse, StepOutcome::failed, step_code(error), error.message()};
  return steps;
}

BundleVerdict check_bundle(const attest::Bundle& bundle, const std::optional<Artifact>& artifact,
                           const TrustPolicy& policy, Time now, Budget& budget,
                           std::optional<std::string_view> stamped) {
  return BundleCheck(bundle, artifact, policy, now, budget, stamped).run();
}

}  // namespace supply::verify::internal
