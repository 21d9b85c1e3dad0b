#include "libsupply/trust/provenance/unread_summary.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_version.hpp"
#include "libsupply/trust/predicates/predicate.hpp"

namespace supply::provenance {

UnreadSummary unread_summary(const Provenance& provenance, std::span<const SourceSummary> summaries,
                             const SourceExpectations& expected) {
  const auto is_of_source = [&](const SourceSummary& summary) {
    return std::any_of(provenance.sources.begin(), provenance.sources.end(), [&](const SourceRepository& source) {
      return std::find(summary.commits.begin(), summary.commits.end(), to_lower(source.commit)) !=
             summary.commits.end();
    });
  };
  const auto is_by_verifier = [&](const SourceSummary& summary) {
    return std::any_of(expected.verifiers.begin(), expected.verifiers.end(),
                       [&](const VerifierTrust& each) { return each.may_sign(summary.signer); });
  };
  UnreadSummary unread;
  for (const SourceSummary& each : summaries) {
    if (!is_of_source(each) || !is_by_verifier(each)) continue;
    const bool other = each.predicate_type != predicates::kVerificationSummaryType;
    std::string why;
    if (other) {
      why = attest::unread_version("a verification summary of the source", each.predicate_type);
    } else {
      const Result<predicates::Content> content = predicates::read(each.predicate_type, each.predicate);
      if (content) continue;
      why = "a verification summary of the source: " + content.error().message();
    }
    // The same for summaries in any order.
    if (other != unread.of_other_version ? other : unread.why < why) unread = {std::move(why), other};
  }
  return unread;
}

}  // namespace supply::provenance
