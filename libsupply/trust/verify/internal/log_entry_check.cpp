#include "libsupply/trust/verify/internal/log_entry_check.hpp"

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/checkpoint.hpp"
#include "libsupply/trust/root/log_signature.hpp"
#include "libsupply/trust/root/logged_signature.hpp"
#include "libsupply/trust/root/merkle.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using crypto::HashAlgorithm;
using root::LoggedSignature;
using root::TransparencyLog;
using Fault = std::optional<LogEntryFault>;

Fault pass_over(Step step, StepCode code, std::string detail) { return LogEntryFault{step, code, std::move(detail)}; }
Fault refuse(Step step, StepCode code, std::string detail) {
  return LogEntryFault{step, code, std::move(detail), true};
}
Fault refuse(Step step, const Error& error) { return refuse(step, step_code(error), error.message()); }

// Rekor v1's promise to log the entry, and its time.
Fault check_promise(const attest::LogEntry& entry, Verification& judged, LogEntryVerdict& verdict) {
  if (entry.promise.empty()) {
    if (judged.bundle.minor > 1) return std::nullopt;
    return pass_over(Step::tlog_set, StepCode::missing, "log entry of a bundle 0.1 without signed entry timestamp");
  }
  const Status made = root::verify_log_signature(*verdict.log, root::signed_entry(entry), entry.promise, judged.budget);
  if (!made && made.error().code() == ErrorCode::limit_exceeded) return refuse(Step::tlog_set, made.error());
  if (!made) return pass_over(Step::tlog_set, StepCode::invalid, "signed entry timestamp: " + made.error().message());
  if (!entry.integrated_time)
    return pass_over(Step::tlog_set, StepCode::missing, "signed entry timestamp without integratedTime");
  const Time time{std::chrono::seconds(*entry.integrated_time)};
  if (!verdict.log->valid_for.covers(time))
    return pass_over(Step::tlog_set, StepCode::outside,
                     "log " + quote(verdict.log->base_url) + " is not trusted at " + to_rfc3339(time));
  verdict.time = time;
  return std::nullopt;
}

// From the entry to the root hash that a checkpoint of the log says.
Fault check_proof(const attest::LogEntry& entry, Verification& judged, const TransparencyLog& log) {
  if (!entry.proof) {
    if (judged.bundle.minor == 1 && !entry.promise.empty()) return std::nullopt;
    return refuse(Step::tlog_inclusion, StepCode::missing, "log entry without inclusion proof");
  }
  const attest::InclusionProof& proof = *entry.proof;
  const Result<std::string> root_hash =
      root::root_of_path(root::leaf_hash(entry.body), proof.log_index, proof.tree_size, proof.hashes);
  if (!root_hash)
    return refuse(Step::tlog_inclusion, StepCode::invalid, "inclusion proof: " + root_hash.error().message());
  if (*root_hash != proof.root_hash)
    return refuse(Step::tlog_inclusion, StepCode::invalid, "inclusion proof does not lead to its root hash");
  const Result<root::Checkpoint> checkpoint = root::Checkpoint::parse(proof.checkpoint);
  // Nobody signed what is no note: that is a no, whatever else the bundle is.
  if (!checkpoint) return refuse(Step::tlog_checkpoint, StepCode::invalid, checkpoint.error().message());
  // Only Rekor v2 has entries of this kind, and its origin is its name with no tree beside it.
  if (checkpoint->is_rekor_v1() && entry.kind == "hashedrekord" && entry.version == "0.0.2")
    return refuse(Step::tlog_checkpoint, StepCode::invalid,
                  "checkpoint: origin " + quote(checkpoint->origin) +
                      " is one of Rekor v1, and the entry is of v2: want " + quote(log.host));
  if (const Status made = root::verify_checkpoint(*checkpoint, log, judged.budget); !made) {
    const bool spent = made.error().code() == ErrorCode::limit_exceeded;
    return refuse(Step::tlog_checkpoint, spent ? StepCode::too_much : StepCode::invalid,
                  "checkpoint: " + made.error().message());
  }
  if (checkpoint->root_hash != proof.root_hash || checkpoint->size != proof.tree_size)
    return refuse(Step::tlog_checkpoint, StepCode::invalid,
                  "checkpoint is of another state of the tree than the proof");
  if (!checkpoint->is_rekor_v1() && entry.log_index != proof.log_index)
    return refuse(Step::tlog_inclusion, StepCode::invalid, "index of the proof is not that of the entry");
  return std::nullopt;
}

bool is_digest_of_artifact(const LoggedSignature& logged, const Verification& judged) {
  if (judged.material.artifact == nullptr) return false;
  const Result<std::string> digest = judged.material.artifact->hash(logged.algorithm);
  return digest && *digest == logged.digest;
}

// Which bytes were signed.
Fault check_digest(const LoggedSignature& logged, const Verification& judged) {
  const auto no = [](const char* why) { return refuse(Step::tlog_entry, StepCode::invalid, why); };
  if (const auto* envelope = std::get_if<attest::Envelope>(&judged.bundle.content)) {
    if (logged.covers == LoggedSignature::Covers::text) {
      const auto& text = judged.material.envelope_text;
      if (!text)
        return refuse(Step::tlog_entry, StepCode::unsupported,
                      "log entry of kind intoto 0.0.1 is of the envelope's text, which a bundle does not keep");
      return crypto::hash(logged.algorithm, *text) == logged.digest ? std::nullopt
                                                                    : no("log entry is of another envelope");
    }
    const std::string bytes = logged.covers == LoggedSignature::Covers::payload
                                  ? envelope->payload
                                  : attest::pre_authentication_encoding(envelope->payload_type, envelope->payload);
    if (crypto::hash(logged.algorithm, bytes) != logged.digest) return no("log entry is of another envelope");
    return std::nullopt;
  }
  if (logged.of_envelope) return no("log entry is of an envelope");
  // Of one of the two, which the steps to come compare with each other.
  const auto& message = std::get<attest::MessageSignature>(judged.bundle.content);
  const bool stated = hash_named(message.digest_algorithm) == logged.algorithm && message.digest == logged.digest;
  if (!stated && !is_digest_of_artifact(logged, judged)) return no("log entry is of another artifact");
  return std::nullopt;
}

// Without this, a log entry of anything would do. Source: GHSA-8gw7-4j42-w388, GHSA-whqx-f9j3-ch6m.
Fault check_entry(const attest::LogEntry& entry, const Verification& judged) {
  const auto no = [](const char* why) { return refuse(Step::tlog_entry, StepCode::invalid, why); };
  const Result<LoggedSignature> logged = LoggedSignature::parse(entry.body, entry.kind, entry.version);
  if (!logged) return refuse(Step::tlog_entry, logged.error());
  if (Fault fault = check_digest(*logged, judged)) return fault;
  // Where the bundle's signature is not its signer's, a later step says that, and not that the log holds another.
  const bool holds = judged.made && *judged.made && logged->covers != LoggedSignature::Covers::text;
  if (holds && logged->signature != judged.signature()) return no("log entry holds another signature");
  if (judged.leaf && logged->certificate != judged.leaf->der) return no("log entry holds another certificate");
  if (!judged.leaf && logged->key.empty()) return no("log entry holds a certificate, no key");
  if (judged.key != nullptr && logged->key != judged.key->key.to_der()) return no("log entry holds another key");
  return std::nullopt;
}

LogEntryVerdict check_with(const TransparencyLog& log, const attest::LogEntry& entry, Verification& judged) {
  LogEntryVerdict verdict;
  verdict.log = &log;
  // What it is of comes first: who logged something else is no witness, whatever proof there is.
  verdict.fault = check_entry(entry, judged);
  if (!verdict.fault) verdict.fault = check_promise(entry, judged, verdict);
  if (!verdict.fault) verdict.fault = check_proof(entry, judged, log);
  return verdict;
}

}  // namespace

// A log can be listed more than once, for each of its windows or names: one of them must take the entry.
LogEntryVerdict check_log_entry(const attest::LogEntry& entry, Verification& judged) {
  // sigstore_rekor.proto: each is required. Of a log that nobody knows too, it is no entry without them.
  if (entry.log_id.empty() || entry.body.empty() || entry.kind.empty() || entry.version.empty()) {
    const char* const lacking = entry.log_id.empty() ? "logId"
                                : entry.body.empty() ? "canonicalizedBody"
                                                     : "kindVersion";
    LogEntryVerdict verdict;
    verdict.fault = refuse(Step::tlog_entry, StepCode::missing, std::string("log entry without ") + lacking);
    return verdict;
  }
  std::optional<LogEntryVerdict> first;
  for (const TransparencyLog& log : judged.trusted->logs) {
    if (log.id != entry.log_id) continue;
    LogEntryVerdict verdict = check_with(log, entry, judged);
    if (!verdict.fault) return verdict;
    if (!first) first = std::move(verdict);
  }
  if (first) return *std::move(first);
  LogEntryVerdict verdict;
  verdict.fault =
      pass_over(Step::tlog_entry, StepCode::unknown, "log entry of a log that is not trusted, " + to_hex(entry.log_id));
  return verdict;
}

}  // namespace supply::verify::internal
