// What `verify-provenance` is asked, as a user types it: slsa-verifier's flags where it has them.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/provenance_check/provenance_check.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/supply/source_track_options.hpp"

namespace supply::tools {

struct ExpectationOptions {
  std::vector<std::string> sources, builder_ids, build_types, inputs, parameters;
  std::string branch, tag, versioned_tag, commit, trigger, package_name, package_version;
  int level = 0, builder_level = 0;
  SourceTrackOptions source;
};

void add_expectation_options(CLI::App& verb, ExpectationOptions& options);

/// Errors: usage: what nothing could meet; neither a source nor a builder where any public builder is believed.
Result<provenance_check::Request> request_of(const ExpectationOptions& options, const TrustOptions& trust);
/// Whom the flags name; without any, those that sign at GitHub or GitLab, of whom the judge takes the known builders.
/// Of an npm package the registry's keys too. Errors: usage.
Result<verify::TrustPolicy> provenance_trust_of(const TrustOptions& options, const Common& common, bool npm,
                                                Console& console);

}  // namespace supply::tools
