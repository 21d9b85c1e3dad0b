// SLSA Provenance v1. Source: slsa.dev/spec/v1.2/build-provenance.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/internal/build_metadata.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_v1(std::string_view type, const json::Value& predicate) {
  SlsaProvenance out;
  out.predicate_type = type;
  SUPPLY_TRY(const json::Value* definition, require_object(predicate, "buildDefinition"));
  SUPPLY_TRY(read_build_type(*definition, "buildType", out).at("buildDefinition"));
  SUPPLY_TRY(const json::Value* external, require_object(*definition, "externalParameters").at("buildDefinition"));
  out.external_parameters = json::to_text(*external);
  SUPPLY_TRY(const json::Value* internal,
             json::optional_object(*definition, "internalParameters").at("buildDefinition"));
  if (internal != nullptr) out.internal_parameters = json::to_text(*internal);
  SUPPLY_TRY(out.dependencies, read_resources(*definition, "resolvedDependencies").at("buildDefinition"));

  SUPPLY_TRY(const json::Value* details, require_object(predicate, "runDetails"));
  SUPPLY_TRY(const json::Value* builder, require_object(*details, "builder").at("runDetails"));
  SUPPLY_TRY(read_builder_id(*builder, out).at("runDetails"));
  // Its values are whatever a builder calls its versions: informative.
  SUPPLY_TRY(const json::Value* version, json::optional_object(*builder, "version").at("runDetails: builder"));
  if (version != nullptr)
    for (const auto& [name, value] : version->items())
      out.builder_version.emplace(name, value.is_string() ? value.get<std::string>() : json::to_text(value));
  // Google Cloud Build lists an empty one, which says nothing.
  SUPPLY_TRY(const json::Value* listed, json::optional_array(*details, "byproducts").at("runDetails"));
  json::Value left;
  for (std::size_t i = 0; listed != nullptr && i < listed->size(); ++i)
    if ((*listed)[i] != json::Value::object()) left["byproducts"].push_back((*listed)[i]);
  SUPPLY_TRY(out.byproducts, read_resources(left, "byproducts").at("runDetails"));
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(*details, "metadata").at("runDetails"));
  // GitLab's runner and BuildKit write the capital D.
  SUPPLY_TRY(read_metadata(metadata, {{"invocationId", "invocationID"}, "startedOn", "finishedOn"}, out));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& slsa_provenance_v1() {
  static constexpr std::string_view types[] = {attest::kProvenanceV1Type};
  static const PredicateReader reader{"provenance", types, false, read_v1};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
