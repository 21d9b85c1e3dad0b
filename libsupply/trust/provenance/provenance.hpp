// SLSA provenance, read: who says that what was built how, from which source. v1, v0.2 and v0.1, by whatever builder.
// Reading believes nothing: whether the statement counts is for its signature and judge() to say.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/trust/predicates/slsa_provenance.hpp"
#include "libsupply/trust/provenance/source.hpp"

namespace supply::provenance {

using Resource = predicates::ResourceDescriptor;

struct Provenance : predicates::SlsaProvenance {
  /// The repositories that were built, as the build type has it; a rule must allow each; may be empty.
  std::vector<SourceRepository> sources = {};
  /// Where the predicate contradicts itself about them (repository, ref or commit): then it proves nothing. Else empty.
  std::string contradiction = {};
};

/// Reads the predicate of a statement. Unknown members are ignored, null is unset.
/// Errors: malformed (which required member is missing or of another type), unsupported (predicate type; the message
/// lists the known ones), limit_exceeded. Source: slsa.dev/spec/v1.2/provenance, slsa.dev/provenance/v0.2
Result<Provenance> read(std::string_view predicate_type, std::string_view predicate);

}  // namespace supply::provenance
