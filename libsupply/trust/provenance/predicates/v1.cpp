// SLSA Provenance v1. SourceRepository: slsa.dev/spec/v1.2/build-provenance.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"
#include "libsupply/trust/provenance/internal/resource_descriptor.hpp"
#include "libsupply/trust/provenance/predicate.hpp"

namespace supply::provenance {
namespace {

Result<Provenance> read(const json::Value& predicate) {
  Provenance out;
  SUPPLY_TRY(const json::Value* definition, require_object(predicate, "buildDefinition"));
  SUPPLY_TRY(out.build_type, json::require_string(*definition, "buildType").at("buildDefinition"));
  if (out.build_type.empty()) return Error(ErrorCode::malformed, "buildDefinition: member \"buildType\" is empty");
  SUPPLY_TRY(const json::Value* external, require_object(*definition, "externalParameters").at("buildDefinition"));
  out.external_parameters = json::to_text(*external);
  SUPPLY_TRY(json::optional_object(*definition, "internalParameters").at("buildDefinition"));
  SUPPLY_TRY(out.dependencies, read_resources(*definition, "resolvedDependencies").at("buildDefinition"));

  SUPPLY_TRY(const json::Value* details, require_object(predicate, "runDetails"));
  SUPPLY_TRY(const json::Value* builder, require_object(*details, "builder").at("runDetails"));
  SUPPLY_TRY(out.builder_id, json::require_string(*builder, "id").at("runDetails: builder"));
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(*details, "metadata").at("runDetails"));
  if (metadata != nullptr) {
    SUPPLY_TRY(out.invocation_id, json::string_or_empty(*metadata, "invocationId").at("metadata"));
    if (out.invocation_id.empty()) {  // as GitLab's runner and BuildKit write it
      SUPPLY_TRY(out.invocation_id, json::string_or_empty(*metadata, "invocationID").at("metadata"));
    }
    SUPPLY_TRY(out.started, read_time(*metadata, "startedOn").at("metadata"));
    SUPPLY_TRY(out.finished, read_time(*metadata, "finishedOn").at("metadata"));
  }

  SUPPLY_TRY(find_sources_v1(*definition, out));
  return out;
}

}  // namespace

namespace predicates {
const Predicate& v1() {
  static const Predicate predicate = {"https://slsa.dev/provenance/v1", read};
  return predicate;
}
}  // namespace predicates
}  // namespace supply::provenance
