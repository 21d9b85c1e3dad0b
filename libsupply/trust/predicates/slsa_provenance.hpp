// SLSA provenance as it is written, of v1, v0.2 and v0.1. Which of its members name the source is the build type's to
// say: see trust/provenance. Source: slsa.dev/spec/v1.2/build-provenance, slsa.dev/provenance/v0.2 and v0.1.
#pragma once

#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

inline constexpr std::string_view kSlsaProvenanceTypes[] = {attest::kProvenanceV1Type, attest::kProvenanceV02Type,
                                                            attest::kProvenanceV01Type};

struct SlsaProvenance {
  std::string predicate_type = {};
  std::string builder_id = {};  ///< empty is possible (BuildKit)
  std::map<std::string, std::string> builder_version = {};
  std::string build_type = {};  ///< v0.1: recipe.type
  /// Compact JSON of v1's externalParameters, v0.2's invocation.parameters, v0.1's recipe.arguments; "{}" when absent.
  std::string external_parameters = "{}";
  /// The same of internalParameters, invocation.environment, recipe.environment.
  std::string internal_parameters = "{}";
  /// v0.2's invocation.configSource; of v0.1 the material that the recipe is defined in, with its entry point.
  std::optional<ResourceDescriptor> config_source = {};
  std::string entry_point = {};
  std::vector<ResourceDescriptor> dependencies = {};  ///< resolvedDependencies, materials
  std::vector<ResourceDescriptor> byproducts = {};
  std::string invocation_id = {};
  std::optional<Time> started = {}, finished = {};
};

/// One of the three types. Errors: malformed (which member), unsupported (another type), limit_exceeded.
Result<SlsaProvenance> read_slsa_provenance(std::string_view predicate_type, const nlohmann::json& predicate);

}  // namespace supply::predicates
