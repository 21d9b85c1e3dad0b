#include "libsupply/trust/verify/internal/bundle_check.hpp"

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/trust/verify/internal/blob_evidence.hpp"

namespace supply::verify::internal {
namespace {

using attest::Step;
using attest::StepCode;
using attest::StepOutcome;

attest::SignerIdentity signer_of(const Verification& judged) {
  const crypto::PublicKey& key = judged.by_certificate() ? *judged.leaf->key : judged.key->key;
  attest::SignerIdentity signer{judged.by_certificate() ? judged.identity->name : judged.key->name,
                                to_hex(key.fingerprint()), std::string(crypto::to_string(**judged.made))};
  signer.certificate = judged.identity;
  signer.times = judged.times;
  if (judged.trusted == nullptr) signer.unchecked = unchecked_material(judged.bundle);
  else if (judged.log == Waived::yes && !judged.bundle.log_entries.empty()) signer.unchecked = "log entry";
  signer.steps = judged.steps;
  return signer;
}

// In the order of the specification, but that an issuer nobody trusts ends the matter first: it is the reason for all
// that would follow.
BundleVerdict check_by(const SignedMaterial& material, const TrustPolicy& policy, const root::TrustedRoot* instance,
                       Time now, Budget& budget) {
  Verification judged(material, policy, instance, now, budget);
  const bool yes = judge_signer(judged) && judge_issuers(judged) && judge_log_entries(judged) &&
                   judge_timestamps(judged) && judge_time(judged) && judge_chain(judged) &&
                   judge_certificate_log(judged) && judge_signature(judged) && judge_artifact(judged) &&
                   judge_identity(judged);
  BundleVerdict verdict;
  if (yes) verdict.signer = signer_of(judged);
  verdict.steps = std::move(judged.steps);
  return verdict;
}

std::ptrdiff_t reached(const BundleVerdict& verdict) {
  const attest::StepResult* const failed = verdict.failure();
  const bool of_strangers = failed != nullptr && failed->step == Step::chain &&
                            verdict.steps[static_cast<std::size_t>(Step::tlog_entry)].code == StepCode::not_reached;
  if (of_strangers) return 0;  // issued by nobody of this instance
  return std::count_if(verdict.steps.begin(), verdict.steps.end(), [](const attest::StepResult& one) {
    return one.outcome == StepOutcome::passed || one.code == StepCode::not_needed || one.code == StepCode::waived;
  });
}

}  // namespace

BundleVerdict check_bundle(const SignedMaterial& material, const TrustPolicy& policy, Time now, Budget& budget) {
  BundleVerdict verdict =
      check_by(material, policy, policy.trusted_root ? &*policy.trusted_root : nullptr, now, budget);
  for (const root::TrustedRoot& other : policy.other_roots) {
    if (verdict.signer) break;
    BundleVerdict another = check_by(material, policy, &other, now, budget);
    // Of several that refuse, the one that came furthest has the reason.
    if (another.signer || reached(another) > reached(verdict)) verdict = std::move(another);
  }
  return verdict;
}

const attest::StepResult* BundleVerdict::failure() const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [](const attest::StepResult& one) { return one.outcome == StepOutcome::failed; });
  return found == steps.end() ? nullptr : &*found;
}

Error BundleVerdict::plain_error() const {
  const attest::StepResult* const failed = failure();
  if (failed == nullptr) return Error(ErrorCode::internal, "no step failed");
  ErrorCode code = ErrorCode::mismatch;
  if (failed->code == StepCode::too_much) code = ErrorCode::limit_exceeded;
  if (failed->code == StepCode::unsupported) code = ErrorCode::unsupported;
  if (failed->code == StepCode::malformed) code = ErrorCode::malformed;
  return Error(code, failed->detail);
}

Error BundleVerdict::error() const {
  const attest::StepResult* const failed = failure();
  return failed == nullptr ? plain_error() : plain_error().at(to_string(failed->step));
}

Error placed(Error why, std::string_view what, std::size_t index, std::size_t count) {
  if (count == 1) return why;
  return std::move(why).at(std::string(what) + ' ' + std::to_string(index + 1) + " of " + std::to_string(count));
}

std::vector<attest::StepResult> unreadable(const Error& error) {
  std::vector<attest::StepResult> steps;
  for (int step = 0; step <= static_cast<int>(Step::identity); ++step) steps.push_back({static_cast<Step>(step)});
  steps.front() = {Step::parse, StepOutcome::failed, step_code(error), error.message()};
  return steps;
}

}  // namespace supply::verify::internal
