// One log entry judged: whether a trusted log holds it, since when, and whether it is of this signature.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/trust/verify/internal/verification.hpp"

namespace supply::verify::internal {

struct LogEntryFault {
  attest::Step step;
  attest::StepCode code;
  std::string detail;
  bool refuses = false;  ///< the whole bundle; false: the entry does not count
};

struct LogEntryVerdict {
  const root::TransparencyLog* log = nullptr;
  std::optional<Time> time = {};  ///< that the log promised
  std::optional<LogEntryFault> fault = {};
};

LogEntryVerdict check_log_entry(const attest::LogEntry& entry, Verification& judged);

}  // namespace supply::verify::internal
