// SLSA Provenance v0.2, as BuildKit, slsa-github-generator and GitLab's runner wrote it, and cosign passes it on.
// Source: slsa.dev/provenance/v0.2.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/internal/build_metadata.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_v0_2(std::string_view type, const json::Value& predicate) {
  SlsaProvenance out;
  out.predicate_type = type;
  SUPPLY_TRY(const json::Value* builder, require_object(predicate, "builder"));
  SUPPLY_TRY(read_builder_id(*builder, out));
  SUPPLY_TRY(read_build_type(predicate, "buildType", out));
  SUPPLY_TRY(out.dependencies, read_resources(predicate, "materials"));

  SUPPLY_TRY(const json::Value* invocation, json::optional_object(predicate, "invocation"));
  if (invocation != nullptr) {
    // The shape of both is the build type's: GitHub's generator has objects, others anything.
    if (const json::Value* parameters = json::find(*invocation, "parameters"))
      out.external_parameters = json::to_text(*parameters);
    if (const json::Value* environment = json::find(*invocation, "environment"))
      out.internal_parameters = json::to_text(*environment);
    SUPPLY_TRY(const json::Value* source, json::optional_object(*invocation, "configSource").at("invocation"));
    if (source != nullptr && !source->empty()) {
      SUPPLY_TRY(out.entry_point, json::string_or_empty(*source, "entryPoint").at("configSource"));
      SUPPLY_TRY(const std::string uri, json::string_or_empty(*source, "uri").at("configSource"));
      if (!uri.empty()) {  // BuildKit has one with an entry point alone
        SUPPLY_TRY(out.config_source, read_resource(*source).at("configSource"));
      }
    }
  }

  SUPPLY_TRY(const json::Value* metadata, json::optional_object(predicate, "metadata"));
  // BuildKit writes the capital D.
  SUPPLY_TRY(read_metadata(
      metadata, {{"buildInvocationId", "buildInvocationID", "invocationID"}, "buildStartedOn", "buildFinishedOn"},
      out));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& slsa_provenance_v0_2() {
  static constexpr std::string_view types[] = {attest::kProvenanceV02Type};
  static const PredicateReader reader{"provenance", types, false, read_v0_2};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
