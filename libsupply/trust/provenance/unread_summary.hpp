// What a verifier said of a source and Supply does not read. Pure; any thread.
#pragma once

#include "libsupply/trust/provenance/source_summary.hpp"

namespace supply::provenance {

struct UnreadSummary {
  std::string why = {};           ///< "" when all is read
  bool of_other_version = false;  ///< else it is malformed
};

/// A summary by one of the verifiers, of a commit that the provenance was built of, that source_objection() passes
/// over. It may be the verifier's last word; one of another version may also be the one that is asked for.
UnreadSummary unread_summary(const Provenance& provenance, std::span<const SourceSummary> summaries,
                             const SourceExpectations& expected);

/// Whether it leaves open what source_objection() says.
inline bool is_undecided(const UnreadSummary& unread, const std::string& objection) {
  return !unread.why.empty() && (objection.empty() || unread.of_other_version);
}

}  // namespace supply::provenance
