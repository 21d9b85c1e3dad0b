// SLSA Provenance v0.2, as BuildKit, slsa-github-generator and GitLab's runner wrote it, and cosign passes it on.
// SourceRepository: slsa.dev/provenance/v0.2.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"
#include "libsupply/trust/provenance/internal/resource_descriptor.hpp"
#include "libsupply/trust/provenance/predicate.hpp"

namespace supply::provenance {
namespace {

Result<Provenance> read(const json::Value& predicate) {
  Provenance out;
  SUPPLY_TRY(const json::Value* builder, require_object(predicate, "builder"));
  SUPPLY_TRY(out.builder_id, json::require_string(*builder, "id").at("builder"));
  SUPPLY_TRY(out.build_type, json::require_string(predicate, "buildType"));
  if (out.build_type.empty()) return Error(ErrorCode::malformed, "member \"buildType\" is empty");
  SUPPLY_TRY(out.dependencies, read_resources(predicate, "materials"));
  out.external_parameters = "{}";

  SUPPLY_TRY(const json::Value* invocation, json::optional_object(predicate, "invocation"));
  if (invocation != nullptr) {
    // Its shape is the build type's: GitHub's generator has an object, others anything.
    if (const json::Value* parameters = json::find(*invocation, "parameters"))
      out.external_parameters = json::to_text(*parameters);
  }
  SUPPLY_TRY(find_sources_v0_2(predicate, out));

  SUPPLY_TRY(const json::Value* metadata, json::optional_object(predicate, "metadata"));
  if (metadata != nullptr) {
    // BuildKit writes the capital D.
    for (const char* key : {"buildInvocationId", "buildInvocationID", "invocationID"}) {
      if (!out.invocation_id.empty()) break;
      SUPPLY_TRY(out.invocation_id, json::string_or_empty(*metadata, key).at("metadata"));
    }
    SUPPLY_TRY(out.started, read_time(*metadata, "buildStartedOn").at("metadata"));
    SUPPLY_TRY(out.finished, read_time(*metadata, "buildFinishedOn").at("metadata"));
  }
  return out;
}

}  // namespace

namespace predicates {
const Predicate& v0_2() {
  static const Predicate predicate = {"https://slsa.dev/provenance/v0.2", read};
  return predicate;
}
}  // namespace predicates
}  // namespace supply::provenance
