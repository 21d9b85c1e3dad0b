// What a build type calls its source. Unknown ones are read with care: each member that can name a source does.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// Fills in sources and contradiction of `out`, whose build type and dependencies are read, from a v1 buildDefinition.
/// Errors: malformed, for a member that names a source and is not of its form.
Status find_sources_v1(const nlohmann::json& definition, Provenance& out);
/// The same from a v0.2 predicate, whose materials are the dependencies.
Status find_sources_v0_2(const nlohmann::json& predicate, Provenance& out);

}  // namespace supply::provenance
