#include "libsupply/trust/attest/signer_identity.hpp"

namespace supply::attest {

std::string_view to_string(Step step) {
  switch (step) {
    case Step::parse: return "parse";
    case Step::trust_root: return "trust-root";
    case Step::tlog_set: return "tlog-set";
    case Step::tlog_inclusion: return "tlog-inclusion";
    case Step::tlog_checkpoint: return "tlog-checkpoint";
    case Step::tlog_entry: return "tlog-entry";
    case Step::timestamp: return "timestamp";
    case Step::time: return "time";
    case Step::chain: return "chain";
    case Step::sct: return "sct";
    case Step::signature: return "signature";
    case Step::artifact: return "artifact";
    case Step::identity: return "identity";
  }
  return "";
}

std::string_view to_string(StepOutcome outcome) {
  switch (outcome) {
    case StepOutcome::passed: return "passed";
    case StepOutcome::failed: return "failed";
    case StepOutcome::skipped: return "skipped";
  }
  return "";
}

std::string_view to_string(StepCode code) {
  switch (code) {
    case StepCode::ok: return "ok";
    case StepCode::not_needed: return "not-needed";
    case StepCode::waived: return "waived";
    case StepCode::not_reached: return "not-reached";
    case StepCode::missing: return "missing";
    case StepCode::unknown: return "unknown";
    case StepCode::malformed: return "malformed";
    case StepCode::unsupported: return "unsupported";
    case StepCode::too_much: return "too-much";
    case StepCode::twice: return "twice";
    case StepCode::invalid: return "invalid";
    case StepCode::outside: return "outside";
  }
  return "";
}

}  // namespace supply::attest
