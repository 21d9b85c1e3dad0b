// What `verify-provenance` is asked of the source itself: SLSA's source track, by verification summaries (VSA).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/verdict/provenance_check/source_track.hpp"
#include "tools/common/trust_options.hpp"

namespace supply::tools {

struct SourceTrackOptions {
  int level = 0;  ///< 0: not asked
  std::vector<std::string> verifiers, keys;
  std::string identity, issuer, file, max_age;
};

void add_source_track_options(CLI::App& verb, SourceTrackOptions& options);

/// What is asked; nothing where no level is. Errors: usage.
Result<std::optional<provenance_check::SourceTrack>> source_track_of(const SourceTrackOptions& options, Time at);

/// Fills SourceTrack::found with what `attached` finds by the verifier of sources (--source-key or
/// --source-certificate-identity, else whom `trust` names) and with what is in the file of --source-vsa-path. Errors:
/// usage; those of the file.
Status add_source_summaries(const SourceTrackOptions& options, const TrustOptions& trust, const Common& common,
                            Budget& budget,
                            const std::function<provenance_check::SourceSummaries(const verify::Verifier&)>& attached,
                            provenance_check::SourceTrack& track, Console& console);

}  // namespace supply::tools
