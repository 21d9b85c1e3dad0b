// SLSA provenance, read: who says that what was built how, from which source. v1 and v0.2, by whatever builder.
// Reading believes nothing: whether the statement counts is for its signature and level() to say.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/provenance/source.hpp"

namespace supply::provenance {

/// in-toto's ResourceDescriptor, as far as Supply asks; a material of v0.2 is one too.
struct Resource {
  std::string uri, name;                      ///< either may be empty
  std::map<std::string, std::string> digest;  ///< algorithm to value
};

struct Provenance {
  std::string predicate_type;
  std::string builder_id;  ///< empty is possible (BuildKit); it then matches nothing
  std::string build_type;
  std::string external_parameters;  ///< compact JSON of externalParameters, or of v0.2's invocation.parameters
  /// The repositories that were built, as the build type has it; a rule must allow each; may be empty.
  std::vector<SourceRepository> sources;
  /// Where the predicate contradicts itself about them (repository, ref or commit): then it proves nothing. Else empty.
  std::string contradiction;
  std::vector<Resource> dependencies;
  std::string invocation_id;
  std::optional<Time> started, finished;
};

/// Reads the predicate of a statement. Unknown members are ignored, null is unset.
/// Errors: malformed (which required member is missing or of another type), unsupported (predicate type; the message
/// lists the known ones), limit_exceeded. SourceRepository: slsa.dev/spec/v1.2/provenance, slsa.dev/provenance/v0.2
Result<Provenance> read(std::string_view predicate_type, std::string_view predicate);

/// Whom the verifier lets speak for a builder: the map (signer, builder.id) to a level that SLSA asks for.
struct TrustedBuilder {
  std::string id;                    ///< builder.id, or a pattern of it (glob_match)
  std::vector<std::string> signers;  ///< fingerprints of the keys that may say so
  int level = 1;                     ///< the most that this pair is worth, 1 to 3
};

/// The builder of `builders` that `provenance` names and `signer` (a verified signature's fingerprint) may speak for:
/// the one with the highest level, or nullptr. A builder.id counts only through this.
const TrustedBuilder* bound(const Provenance& provenance, std::string_view signer,
                            std::span<const TrustedBuilder> builders);
/// The SLSA build level that a signed provenance is worth: that of the bound builder; else 1, for what a build says
/// about itself with its own key. Unsigned provenance is not for this function; it is worth 1 at most, as a note.
/// SourceRepository: slsa.dev/spec/v1.2/verifying-artifacts, step 1.
int level(const Provenance& provenance, std::string_view signer, std::span<const TrustedBuilder> builders);

}  // namespace supply::provenance
