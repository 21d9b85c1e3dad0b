// SLSA Provenance v1. Source: slsa.dev/spec/v1.2/build-provenance; the build types of GitHub Actions, GitLab, BuildKit,
// slsa-github-generator and Tekton for what is the source.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/provenance/members.hpp"
#include "libsupply/trust/provenance/predicate.hpp"

namespace supply::provenance {
namespace {

// {"repository": …, "ref": …}, {"uri": …, "digest": …}, or the uri alone.
Status add_source(const json::Value& value, Provenance& out) {
  if (value.is_string()) {
    if (!value.get_ref<const std::string&>().empty())
      out.sources.push_back(make_source(value.get<std::string>(), "", {}, out.dependencies));
    return {};
  }
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object or a text");
  SUPPLY_TRY(const std::string repository, json::string_or_empty(value, "repository"));
  SUPPLY_TRY(const std::string uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(const std::string ref, json::string_or_empty(value, "ref"));
  std::map<std::string, std::string> digest;
  if (json::find(value, "digest") != nullptr) {
    SUPPLY_TRY(const Resource resource, read_resource(value));
    digest = resource.digest;
  }
  for (const std::string& text : {repository, uri})
    if (!text.empty()) out.sources.push_back(make_source(text, ref, digest, out.dependencies));
  return {};
}

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

  for (const char* key : {"workflow", "source", "configSource", "buildConfigSource"}) {
    const json::Value* member = json::find(*external, key);
    if (member == nullptr) continue;
    SUPPLY_TRY(add_source(*member, out).at("externalParameters: " + std::string(key)));
  }
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
