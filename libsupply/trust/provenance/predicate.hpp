// A version of the provenance predicate. Each is one file in predicates/.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

struct Predicate {
  std::string_view type;  ///< the predicateType URI
  /// Errors: malformed.
  Result<Provenance> (*read)(const nlohmann::json& predicate);
};

/// All of them, by file name.
std::span<const Predicate* const> all_predicates();

}  // namespace supply::provenance
