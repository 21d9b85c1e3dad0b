#include "libsupply/trust/verify/internal/verification.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::verify::internal {

using attest::Step;
using attest::StepCode;
using attest::StepOutcome;

namespace {

constexpr Step kSteps[] = {Step::parse,           Step::trust_root, Step::tlog_set,  Step::tlog_inclusion,
                           Step::tlog_checkpoint, Step::tlog_entry, Step::timestamp, Step::time,
                           Step::chain,           Step::sct,        Step::signature, Step::artifact,
                           Step::identity};

Result<attest::Statement> statement_in(const attest::Envelope& envelope) {
  if (!attest::is_in_toto_payload_type(envelope.payload_type))
    return Error(ErrorCode::mismatch, "payload type " + quote(envelope.payload_type) + " is no in-toto statement");
  return attest::Statement::parse(envelope.payload);
}

}  // namespace

const Result<attest::Statement>& StatementOnce::of(const attest::Envelope& envelope) {
  if (!read_) read_ = statement_in(envelope);
  return *read_;
}

Verification::Verification(const SignedMaterial& signed_material, const TrustPolicy& trust,
                           const root::TrustedRoot* instance, Time at, Budget& paying)
    : material(signed_material),
      bundle(signed_material.bundle),
      policy(trust),
      trusted(instance),
      log(instance == nullptr || trust.other_roots.empty() || instance->logs.empty() ? trust.log : Waived::no),
      sct(instance == nullptr || trust.other_roots.empty() || instance->ct_logs.empty() ? trust.sct : Waived::no),
      now(at),
      budget(paying) {
  for (const Step step : kSteps) steps.push_back({step});
}

const std::string& Verification::signature() const {
  if (envelope() != nullptr) return envelope()->signatures[material.index].bytes;
  return std::get<attest::MessageSignature>(bundle.content).signature;
}

bool Verification::pass(Step step, std::string detail) {
  steps[static_cast<std::size_t>(step)] = {step, StepOutcome::passed, StepCode::ok, std::move(detail)};
  return true;
}

bool Verification::skip(Step step, StepCode code, std::string detail) {
  steps[static_cast<std::size_t>(step)] = {step, StepOutcome::skipped, code, std::move(detail)};
  return true;
}

bool Verification::fail(Step step, StepCode code, std::string detail) {
  steps[static_cast<std::size_t>(step)] = {step, StepOutcome::failed, code, std::move(detail)};
  return false;
}

bool Verification::fail(Step step, const Error& error) { return fail(step, step_code(error), error.message()); }

StepCode step_code(const Error& error) {
  switch (error.code()) {
    case ErrorCode::malformed: return StepCode::malformed;
    case ErrorCode::unsupported: return StepCode::unsupported;
    case ErrorCode::limit_exceeded: return StepCode::too_much;
    default: return StepCode::invalid;
  }
}

std::optional<crypto::HashAlgorithm> hash_named(std::string_view name) {
  if (name == "SHA2_256") return crypto::HashAlgorithm::sha256;
  if (name == "SHA2_384") return crypto::HashAlgorithm::sha384;
  if (name == "SHA2_512") return crypto::HashAlgorithm::sha512;
  return std::nullopt;
}

}  // namespace supply::verify::internal
