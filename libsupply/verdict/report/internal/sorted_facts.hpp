// Facts in the one order that reports have them in, whatever order they were collected in.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libsupply/verdict/report/gate_report.hpp"

namespace supply::report {

/// "linux/amd64" and the manifest's digest, sorted.
std::vector<std::pair<std::string, std::string>> platforms(const policy::Facts& facts);

/// A verified signature or attestation, or evidence that was refused.
struct EvidenceRow {
  std::string subject;   ///< what it is attached to
  std::string evidence;  ///< its digest
  std::string kind;      ///< "signature", "attestation", "refused"
  std::string type;      ///< an attestation's predicate type; what was refused
  std::string key, fingerprint, scheme;
  std::string why;  ///< it was refused
  friend auto operator<=>(const EvidenceRow&, const EvidenceRow&) = default;
};

/// All that was attached, sorted, each once.
std::vector<EvidenceRow> pieces(const policy::Facts& facts);

}  // namespace supply::report
