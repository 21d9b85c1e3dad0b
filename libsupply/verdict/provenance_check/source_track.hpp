// SLSA's source track beside provenance: verification summaries (VSA) about the commits that it names. Pure but for
// what the verifier is given; one thread.
#pragma once

#include <optional>
#include <vector>

#include "libsupply/trust/provenance/source_summary.hpp"
#include "libsupply/trust/verify/verifier.hpp"
#include "libsupply/verdict/provenance_check/attestation_file.hpp"

namespace supply::provenance_check {

/// Summaries that the verifier takes, whatever they are attached to: each is about commits, and says of which
/// repository.
struct SourceSummaries {
  std::vector<provenance::SourceSummary> summaries = {};
  std::optional<Error> unread = {};  ///< why there may be more

  void add(SourceSummaries more);
};

/// What is asked of the sources that provenance names.
struct SourceTrack {
  provenance::SourceExpectations expected = {};
  SourceSummaries found = {};
  Time now = {};
};

/// Of what is attached to an image.
SourceSummaries source_summaries(const attachments::BySubject& attached, const verify::Verifier& verifier,
                                 Budget& budget);
/// Of a file of bundles or envelopes.
SourceSummaries source_summaries(const AttestationFile& file, const verify::Verifier& verifier, Budget& budget);

}  // namespace supply::provenance_check
