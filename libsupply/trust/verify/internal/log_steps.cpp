// Who saw the signature, and when: the steps of the log entries, timestamp and time.
#include <algorithm>
#include <set>

#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/verify/internal/bundle_check.hpp"
#include "libsupply/trust/verify/internal/log_entry_check.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using root::CertificateAuthority;
using root::TransparencyLog;

constexpr Step kLogSteps[] = {Step::tlog_set, Step::tlog_inclusion, Step::tlog_checkpoint, Step::tlog_entry};

std::string count_of(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

bool is_same(const attest::LogEntry& a, const attest::LogEntry& b) {
  return a.log_id == b.log_id && a.log_index == b.log_index && a.kind == b.kind && a.version == b.version &&
         a.integrated_time == b.integrated_time && a.promise == b.promise && a.body == b.body &&
         a.proof.has_value() == b.proof.has_value() &&
         (!a.proof || (a.proof->log_index == b.proof->log_index && a.proof->tree_size == b.proof->tree_size &&
                       a.proof->root_hash == b.proof->root_hash && a.proof->hashes == b.proof->hashes &&
                       a.proof->checkpoint == b.proof->checkpoint));
}

// What the entries of a bundle came to.
struct Counted {
  std::set<std::string> logs;  // each once, or each operator
  std::optional<LogEntryFault> passed_over;
  std::size_t copies = 0;
  bool promised = false, proven = false;
};

// False: the bundle is refused, and the step says so.
bool count_entry(Verification& judged, const attest::LogEntry& entry, Counted& counted) {
  LogEntryVerdict verdict = check_log_entry(entry, judged);
  if (verdict.fault && verdict.fault->refuses)
    return judged.fail(verdict.fault->step, verdict.fault->code, verdict.fault->detail);
  if (verdict.fault) {
    // What is wrong with an entry of a trusted log says more than that another log is unknown.
    if (!counted.passed_over || counted.passed_over->code == StepCode::unknown)
      counted.passed_over = std::move(verdict.fault);
    return true;
  }
  const TransparencyLog& log = *verdict.log;
  const std::string& witness = log.owner.empty() ? log.id : log.owner;
  if (verdict.time) {
    judged.times.push_back(*verdict.time);
    judged.time_witnesses.insert(witness);
  } else {
    if (entry.integrated_time) judged.claimed.push_back(Time(std::chrono::seconds(*entry.integrated_time)));
    judged.timeless.push_back(&log);
  }
  counted.promised = counted.promised || verdict.time;
  counted.proven = counted.proven || entry.proof;
  counted.logs.insert(witness);
  return true;
}

// A timestamp of those bytes by one of the authorities. Errors: mismatch and others, saying why none made it;
// limit_exceeded.
Result<const CertificateAuthority*> stamped_by(Verification& judged, const crypto::Timestamp& timestamp,
                                               std::string_view stamped) {
  Error why(ErrorCode::mismatch, "no timestamp authority is trusted");
  for (const CertificateAuthority& authority : judged.trusted->timestamp_authorities) {
    Status made = crypto::verify_timestamp(timestamp, stamped, authority.chain, judged.budget, judged.material.memo);
    if (made && authority.valid_for.covers(timestamp.time) && authority.valid_for.covers(timestamp.latest))
      return &authority;
    if (made)
      made = Error(ErrorCode::mismatch,
                   "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(timestamp.time));
    if (made.error().code() == ErrorCode::limit_exceeded) return std::move(made).error();
    why = std::move(made).error();
  }
  return why;
}

// Of the signature; of cosign's first form of attestations also of the whole envelope, as cosign 2 stamped it.
Result<const CertificateAuthority*> stamped_by(Verification& judged, const crypto::Timestamp& timestamp) {
  if (judged.material.envelope_text) {
    Result<const CertificateAuthority*> authority = stamped_by(judged, timestamp, *judged.material.envelope_text);
    if (authority || authority.error().code() == ErrorCode::limit_exceeded) return authority;
  }
  return stamped_by(judged, timestamp, judged.signature());
}

// Why none of several holds. One that is in a form that is not read might have held; beside one that is a no, damage
// leaves the answer no.
Error joined(const std::vector<Error>& reasons) {
  const auto weight = [](const Error& one) {
    return one.code() == ErrorCode::mismatch ? 1 : one.code() == ErrorCode::malformed ? 0 : 2;
  };
  const auto most = std::max_element(reasons.begin(), reasons.end(),
                                     [&weight](const Error& a, const Error& b) { return weight(a) < weight(b); });
  return Error(most->code(), join(reasons, "; ", [](const Error& one) { return one.message(); }));
}

std::string list_of(const std::vector<Time>& times) {
  return join(times, ", ", [](Time one) { return to_rfc3339(one); });
}

std::string window_text(const root::ValidityWindow& window) {
  return (window.start ? " from " + to_rfc3339(*window.start) : std::string()) +
         (window.end ? " until " + to_rfc3339(*window.end) : std::string());
}

// By any of the windows in which the trusted root lists it.
bool is_trusted_at(const Verification& judged, const TransparencyLog& log, Time time) {
  const std::vector<TransparencyLog>& all = judged.trusted->logs;
  const Time after = time + std::chrono::seconds(1);
  const auto& fractions = judged.fractions;
  const bool both = std::find(fractions.begin(), fractions.end(), after) != fractions.end();
  return std::any_of(all.begin(), all.end(), [&](const TransparencyLog& one) {
    return one.id == log.id && one.host == log.host && one.valid_for.covers(time) &&
           (!both || one.valid_for.covers(after));
  });
}

std::string too_few_times(const Verification& judged) {
  return "times by " + count_of(judged.time_witnesses.size(), "witness", "witnesses") + ": want " +
         std::to_string(judged.policy.times);
}

// A key that is trusted for some time only signed within it.
bool judge_key_time(Verification& judged) {
  const TrustedKey* const key = judged.key;
  // One is what a certificate needs; of a key that many are asked for.
  if (judged.trusted != nullptr && judged.policy.times > 1 && judged.time_witnesses.size() < judged.policy.times)
    return judged.fail(Step::time, StepCode::missing, too_few_times(judged));
  if (key == nullptr || (!key->valid_for.start && !key->valid_for.end))
    return judged.times.empty() ? judged.skip(Step::time, StepCode::not_needed)
                                : judged.pass(Step::time, "proven: " + list_of(judged.times));
  const std::string trusted = "key " + quote(key->name) + " is trusted" + window_text(key->valid_for) +
                              (key->reason.empty() ? "" : " (" + key->reason + ")");
  if (judged.times.empty()) return judged.fail(Step::time, StepCode::missing, trusted + ", and no time is proven");
  for (const std::vector<Time>* const all : {&judged.times, &judged.fractions})
    for (const Time time : *all)
      if (!key->valid_for.covers(time))
        return judged.fail(Step::time, StepCode::outside, trusted + ": signed at " + to_rfc3339(time));
  return judged.pass(Step::time, "proven: " + list_of(judged.times) + "; " + trusted);
}

}  // namespace

bool judge_log_entries(Verification& judged) {
  const std::size_t given = judged.bundle.log_entries.size();
  if (judged.trusted == nullptr || judged.log == Waived::yes) {
    for (const Step step : kLogSteps)
      judged.skip(step, judged.trusted == nullptr ? StepCode::not_needed : StepCode::waived,
                  given == 0 ? "" : count_of(given, "log entry", "log entries") + " not looked at");
    return true;
  }
  Counted counted;
  for (std::size_t i = 0; i < given; ++i) {
    const auto& entries = judged.bundle.log_entries;
    const bool copy = std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i),
                                  [&](const attest::LogEntry& one) { return is_same(one, entries[i]); });
    if (copy) ++counted.copies;
    else if (!count_entry(judged, entries[i], counted)) return false;
  }
  if (counted.logs.size() < judged.policy.log_entries) {
    if (counted.passed_over)
      return judged.fail(counted.passed_over->step, counted.passed_over->code, counted.passed_over->detail);
    return judged.fail(Step::tlog_entry, counted.copies == 0 ? StepCode::missing : StepCode::twice,
                       "entries of " + count_of(counted.logs.size(), "log", "logs") + ": want " +
                           std::to_string(judged.policy.log_entries) +
                           (counted.copies == 0 ? "" : ", and the same entry twice counts once"));
  }
  counted.promised ? judged.pass(Step::tlog_set) : judged.skip(Step::tlog_set, StepCode::not_needed);
  for (const Step step : {Step::tlog_inclusion, Step::tlog_checkpoint})
    counted.proven ? judged.pass(step) : judged.skip(step, StepCode::not_needed);
  return judged.pass(Step::tlog_entry,
                     count_of(counted.logs.size(), "log", "logs") +
                         (counted.copies == 0 ? "" : "; the same entry twice counts once") +
                         (counted.passed_over ? "; passed over: " + counted.passed_over->detail : ""));
}

// One that is there must be good, or another beside it: a signature with a wrong one was tampered with, whatever else
// proves its time.
bool judge_timestamps(Verification& judged) {
  const std::size_t given = judged.bundle.timestamps.size();
  if (judged.trusted == nullptr)
    return judged.skip(Step::timestamp, StepCode::not_needed,
                       given == 0 ? "" : count_of(given, "timestamp", "timestamps") + " not looked at");
  if (given == 0 && judged.policy.timestamps == 0) return judged.skip(Step::timestamp, StepCode::not_needed);
  std::set<std::string> authorities;
  std::vector<Error> refused;
  for (std::size_t i = 0; i < given; ++i) {
    const Result<crypto::Timestamp> timestamp = crypto::Timestamp::parse(judged.bundle.timestamps[i]);
    if (!timestamp) {
      refused.push_back(placed(timestamp.error(), "timestamp", i, given));
      continue;
    }
    Result<const CertificateAuthority*> authority = stamped_by(judged, *timestamp);
    if (authority) {
      const std::string& witness = (*authority)->owner.empty() ? (*authority)->uri : (*authority)->owner;
      authorities.insert(witness);
      judged.time_witnesses.insert(witness);
      judged.times.push_back(timestamp->time);
      if (timestamp->latest != timestamp->time) judged.fractions.push_back(timestamp->latest);
    } else if (authority.error().code() == ErrorCode::limit_exceeded) {
      return judged.fail(Step::timestamp, authority.error());
    } else {
      refused.push_back(placed(std::move(authority).error(), "timestamp", i, given));
    }
  }
  if (authorities.size() < std::max<std::size_t>(judged.policy.timestamps, 1)) {
    if (!refused.empty()) return judged.fail(Step::timestamp, joined(refused));
    return judged.fail(Step::timestamp, StepCode::missing,
                       "timestamps of " + count_of(authorities.size(), "authority", "authorities") + ": want " +
                           std::to_string(judged.policy.timestamps));
  }
  return judged.pass(Step::timestamp, refused.empty() ? "" : "passed over: " + joined(refused).message());
}

bool judge_time(Verification& judged) {
  std::vector<Time>& times = judged.times;
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  // A log without times of its own is trusted only within its window, as far as a time is known.
  for (const TransparencyLog* const log : judged.timeless)
    if (!times.empty() &&
        std::none_of(times.begin(), times.end(), [&](Time one) { return is_trusted_at(judged, *log, one); }))
      return judged.fail(Step::time, StepCode::outside,
                         "log " + quote(log->base_url) + " is not trusted at " + to_rfc3339(times.front()));
  if (!judged.by_certificate()) return judge_key_time(judged);
  std::string detail = "proven: ";
  if (times.empty() && judged.log == Waived::yes && judged.bundle.timestamps.empty()) {
    times.push_back(judged.now);
    judged.time_witnesses.insert("");
    detail = "the present time, since log entries are not looked at and there is no timestamp: ";
  }
  if (judged.time_witnesses.size() < judged.policy.times)
    return judged.fail(
        Step::time, StepCode::missing,
        times.empty() ? "no time is proven: neither a log's promise nor a timestamp" : too_few_times(judged));
  for (const std::vector<Time>* const all : {&times, &judged.claimed, &judged.fractions})
    for (const Time one : *all)
      if (!judged.leaf->is_valid_at(one))
        return judged.fail(Step::time, StepCode::outside,
                           "signed at " + to_rfc3339(one) + ", when the certificate was not valid (" +
                               to_rfc3339(judged.leaf->not_before) + " to " + to_rfc3339(judged.leaf->not_after) + ')');
  return judged.pass(Step::time, detail + list_of(times));
}

}  // namespace supply::verify::internal
