// Provenance that is in a file, of a file or of anything by its digest.
#pragma once

#include <string>

#include "libsupply/verdict/provenance_check/provenance_check.hpp"
#include "tools/common/console.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/supply/source_track_options.hpp"

namespace supply::tools {

struct FileProvenance {
  const Common& common;
  const TrustOptions& trust;
  const SourceTrackOptions& source;
  std::string file = {};  ///< --provenance-path; empty: beside what was built
};

/// Of a release file. Errors: usage, not_found (none is beside it), those of reading.
Result<provenance_check::ArtifactAnswer> check_file(const FileProvenance& options, const std::string& path,
                                                    const provenance_check::Request& request, Budget& budget,
                                                    Console& console);
/// Of anything by its digest, as an image whose provenance is not attached to it. Errors also: usage (no file).
Result<provenance_check::ArtifactAnswer> check_digest(const FileProvenance& options, const std::string& name,
                                                      const Digest& digest, const provenance_check::Request& request,
                                                      Budget& budget, Console& console);

}  // namespace supply::tools
