// Buildkite. Source: buildkite.com/docs, "Environment variables"; buildkite.github.io/slsa-buildtypes/job/v1.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/trust/provenance/ci_system.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return value_of(environment, "BUILDKITE") == "true"; }

void set(json::Value& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = secrets::masked(value);
}

Result<BuildFacts> read(const Environment& environment) {
  SUPPLY_TRY(const std::string repository, require(environment, "BUILDKITE_REPO"));
  SUPPLY_TRY(const std::string commit, require(environment, "BUILDKITE_COMMIT"));
  SUPPLY_TRY(const std::string branch, require(environment, "BUILDKITE_BRANCH"));
  SUPPLY_TRY(const std::string build_url, require(environment, "BUILDKITE_BUILD_URL"));
  SUPPLY_TRY(const std::string organization, require(environment, "BUILDKITE_ORGANIZATION_SLUG"));
  SUPPLY_TRY(const std::string pipeline, require(environment, "BUILDKITE_PIPELINE_SLUG"));
  SUPPLY_TRY(const std::string job, require(environment, "BUILDKITE_JOB_ID"));
  if (!is_commit(commit)) return wrong_variable("BUILDKITE_COMMIT", commit, "40 hex digits");
  const auto uri = SourceUri::parse(repository);
  if (!uri) return wrong_variable("BUILDKITE_REPO", secrets::masked(repository), "a repository's address");
  const std::string tag = value_of(environment, "BUILDKITE_TAG"), home = "https://buildkite.com/" + organization;

  json::Value build = {{"branch", branch}, {"commit", commit}}, step = json::Value::object();
  set(build, "tag", tag);
  set(step, "id", value_of(environment, "BUILDKITE_STEP_ID"));
  set(step, "command", value_of(environment, "BUILDKITE_COMMAND"));
  set(step, "key", value_of(environment, "BUILDKITE_STEP_KEY"));
  json::Value internal = json::Value::object();
  set(internal, "organization_id", value_of(environment, "BUILDKITE_ORGANIZATION_ID"));
  set(internal, "pipeline_id", value_of(environment, "BUILDKITE_PIPELINE_ID"));
  set(internal, "build_id", value_of(environment, "BUILDKITE_BUILD_ID"));
  set(internal, "build_number", value_of(environment, "BUILDKITE_BUILD_NUMBER"));

  BuildFacts facts;
  facts.builder_id = home + "/" + pipeline;
  facts.build_type = "https://buildkite.github.io/slsa-buildtypes/job/v1";
  facts.invocation_id = build_url + "#" + job;
  facts.external = json::to_text({{"pipeline", home + "/" + pipeline},
                                  {"repository", uri->address.to_string()},
                                  {"build", std::move(build)},
                                  {"step", std::move(step)},
                                  {"job", {{"id", job}}}});
  facts.internal = json::to_text({{"buildkite", std::move(internal)}});
  facts.parameters_key = "parameters";
  facts.source = "git+" + uri->address.to_string() + "@" + (tag.empty() ? "refs/heads/" + branch : "refs/tags/" + tag);
  facts.commit = to_lower(commit);
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& buildkite() {
  static const CiSystem system = {"buildkite", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
