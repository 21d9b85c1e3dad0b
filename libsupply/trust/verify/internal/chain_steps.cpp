// Who vouches for the signer's certificate: the steps chain and sct.
#include <algorithm>
#include <set>

#include "libsupply/base/crypto/distinguished_name.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"
#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using crypto::Certificate;
using root::CertificateAuthority;
using root::TransparencyLog;

Result<std::vector<const Certificate*>> chain_at(Verification& judged, const CertificateAuthority& authority,
                                                 Time time) {
  if (!authority.valid_for.covers(time))
    return Error(ErrorCode::mismatch, "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(time));
  return crypto::chain_of(*judged.leaf, authority.chain, {}, {crypto::kCodeSigning, time, true, judged.material.memo},
                          judged.budget);
}

// When the answer may change while the certificate is valid.
std::vector<Time> instants_of(const Certificate& leaf, const CertificateAuthority& authority) {
  std::vector<Time> instants{leaf.not_before, leaf.not_after};
  for (const std::optional<Time>& end : {authority.valid_for.start, authority.valid_for.end})
    if (end && leaf.is_valid_at(*end)) instants.push_back(*end);
  for (const Certificate& issuer : authority.chain)
    for (const Time end : {issuer.not_before, issuer.not_after})
      if (leaf.is_valid_at(end)) instants.push_back(end);
  return instants;
}

}  // namespace

bool judge_issuers(Verification& judged) {
  if (!judged.by_certificate()) return true;
  // Why an authority of another name did not issue it says nothing.
  const auto is_named = [&](const Certificate& one) { return one.subject == judged.leaf->issuer; };
  Error why(ErrorCode::mismatch,
            "no trusted authority issued the certificate, which is by " + crypto::shown_name(judged.leaf->issuer));
  for (const CertificateAuthority& authority : judged.trusted->certificate_authorities) {
    for (const Time instant : instants_of(*judged.leaf, authority)) {
      const auto found = chain_at(judged, authority, instant);
      if (found) {
        judged.issuers.push_back(&authority);
        break;
      }
      if (found.error().code() == ErrorCode::limit_exceeded) return judged.fail(Step::chain, found.error());
      if (std::any_of(authority.chain.begin(), authority.chain.end(), is_named)) why = Error(found.error());
    }
  }
  return !judged.issuers.empty() || judged.fail(Step::chain, why);
}

// At each proven time, by one authority.
bool judge_chain(Verification& judged) {
  if (!judged.by_certificate()) return judged.skip(Step::chain, StepCode::not_needed);
  std::optional<Error> why;
  std::vector<Time> times = judged.times;
  times.insert(times.end(), judged.fractions.begin(), judged.fractions.end());
  for (const CertificateAuthority* const authority : judged.issuers) {
    judged.issuer = nullptr;
    bool all = true;
    for (const Time time : times) {
      auto found = chain_at(judged, *authority, time);
      if (!found) {
        if (found.error().code() == ErrorCode::limit_exceeded) return judged.fail(Step::chain, found.error());
        why = std::move(found).error();
        all = false;
        break;
      }
      judged.issuer = (*found)[1];
    }
    if (all && judged.issuer != nullptr) return judged.pass(Step::chain, authority->uri);
  }
  return why ? judged.fail(Step::chain, *why) : judged.fail(Step::chain, StepCode::missing, "no time to judge it by");
}

bool judge_certificate_log(Verification& judged) {
  if (!judged.by_certificate()) return judged.skip(Step::sct, StepCode::not_needed);
  if (judged.sct == Waived::yes) return judged.skip(Step::sct, StepCode::waived);
  const auto all = root::certificate_timestamps(*judged.leaf);
  if (!all) return judged.fail(Step::sct, all.error());
  if (all->empty()) return judged.fail(Step::sct, StepCode::missing, "certificate without SCT");
  std::set<std::string> logs;
  std::optional<Error> why;
  for (const root::CertificateTimestamp& timestamp : *all) {
    for (const TransparencyLog& log : judged.trusted->ct_logs) {
      if (log.id != timestamp.log_id) continue;
      const Status made =
          root::verify_certificate_timestamp(timestamp, *judged.leaf, *judged.issuer, log, judged.budget);
      if (made) {
        logs.insert(log.owner.empty() ? log.id : log.owner);
        continue;
      }
      if (made.error().code() == ErrorCode::limit_exceeded) return judged.fail(Step::sct, made.error());
      why = made.error();
    }
  }
  const std::string count = std::to_string(logs.size()) + " of " + std::to_string(all->size()) + " SCTs";
  if (logs.size() >= judged.policy.scts) return judged.pass(Step::sct, count);
  if (why) return judged.fail(Step::sct, StepCode::invalid, why->message());
  if (logs.empty()) return judged.fail(Step::sct, StepCode::unknown, "by no trusted CT log");
  return judged.fail(Step::sct, StepCode::missing,
                     "SCTs of " + std::to_string(logs.size()) + " CT logs: want " + std::to_string(judged.policy.scts));
}

}  // namespace supply::verify::internal
