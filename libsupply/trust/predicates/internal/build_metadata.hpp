// What the versions of SLSA provenance have in common. Pure.
#pragma once

#include <initializer_list>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/slsa_provenance.hpp"

namespace supply::predicates {

/// What each version calls the members of its metadata.
struct MetadataNames {
  std::initializer_list<const char*> invocation_id;  ///< the first that is not empty counts
  const char *started, *finished;
};

/// The builder's id and when it built what, in which invocation. `builder` and `metadata` are the objects that hold
/// them; without metadata nothing is said. Errors: malformed.
Status read_builder_id(const json::Value& builder, SlsaProvenance& into);
Status read_metadata(const json::Value* metadata, const MetadataNames& names, SlsaProvenance& into);
/// Errors: malformed (absent, empty or no text).
Status read_build_type(const json::Value& parent, const char* member, SlsaProvenance& into);

}  // namespace supply::predicates
