// A CI system whose environment says what a build is. Each is one file in systems/.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/provenance/make.hpp"

namespace supply::provenance {

/// What a system says, in the parts of a buildDefinition and runDetails.
struct Facts;

struct System {
  std::string_view name;
  bool (*present)(const Environment& environment);
  /// Errors: malformed, naming the variable.
  Result<Facts> (*read)(const Environment& environment);
};

/// All of them, by name. "generic" is none of them.
std::span<const System* const> all_systems();

}  // namespace supply::provenance
