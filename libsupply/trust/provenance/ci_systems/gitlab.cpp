// GitLab CI. Source: docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1; docs.gitlab.com "Predefined
// CI/CD variables".
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/trust/provenance/ci_system.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return value_of(environment, "GITLAB_CI") == "true"; }

// Predefined variables whose values say what was built and are nobody's secret. A job cannot know which others are
// masked, so those are only named.
constexpr std::string_view kShown[] = {"CI",
                                       "CI_API_V4_URL",
                                       "CI_COMMIT_BRANCH",
                                       "CI_COMMIT_REF_NAME",
                                       "CI_COMMIT_REF_PROTECTED",
                                       "CI_COMMIT_REF_SLUG",
                                       "CI_COMMIT_SHA",
                                       "CI_COMMIT_SHORT_SHA",
                                       "CI_COMMIT_TAG",
                                       "CI_COMMIT_TIMESTAMP",
                                       "CI_CONFIG_PATH",
                                       "CI_DEFAULT_BRANCH",
                                       "CI_JOB_ID",
                                       "CI_JOB_IMAGE",
                                       "CI_JOB_NAME",
                                       "CI_JOB_STAGE",
                                       "CI_JOB_STARTED_AT",
                                       "CI_JOB_URL",
                                       "CI_MERGE_REQUEST_IID",
                                       "CI_PIPELINE_ID",
                                       "CI_PIPELINE_IID",
                                       "CI_PIPELINE_SOURCE",
                                       "CI_PIPELINE_URL",
                                       "CI_PROJECT_ID",
                                       "CI_PROJECT_NAME",
                                       "CI_PROJECT_NAMESPACE",
                                       "CI_PROJECT_PATH",
                                       "CI_PROJECT_URL",
                                       "CI_RUNNER_ID",
                                       "CI_RUNNER_VERSION",
                                       "CI_SERVER_HOST",
                                       "CI_SERVER_URL",
                                       "CI_SERVER_VERSION",
                                       "GITLAB_CI"};

Result<BuildFacts> read(const Environment& environment) {
  SUPPLY_TRY(const std::string project, require(environment, "CI_PROJECT_URL"));
  SUPPLY_TRY(const std::string sha, require(environment, "CI_COMMIT_SHA"));
  SUPPLY_TRY(const std::string job_id, require(environment, "CI_JOB_ID"));
  SUPPLY_TRY(const std::string job_name, require(environment, "CI_JOB_NAME"));
  SUPPLY_TRY(const std::string runner, require(environment, "CI_RUNNER_ID"));
  SUPPLY_TRY(const std::string ref_name, require(environment, "CI_COMMIT_REF_NAME"));
  static const RE2 url("https?://[A-Za-z0-9.:-]+/[^\\s@?#]+", RE2::Quiet),
      commit("[0-9a-f]{40}|[0-9a-f]{64}", RE2::Quiet), number("[0-9]+", RE2::Quiet);
  if (!RE2::FullMatch(project, url))
    return wrong_variable("CI_PROJECT_URL", secrets::masked(project), "https://host/group/name");
  if (!RE2::FullMatch(sha, commit)) return wrong_variable("CI_COMMIT_SHA", sha, "40 hex digits");
  if (!RE2::FullMatch(job_id, number)) return wrong_variable("CI_JOB_ID", job_id, "a number");
  if (!RE2::FullMatch(runner, number)) return wrong_variable("CI_RUNNER_ID", runner, "a number");

  BuildFacts facts;
  json::Value variables = json::Value::object();
  std::size_t hidden = 0;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("CI_") && !name.starts_with("GITLAB_") && name != "CI") continue;
    const bool shown =
        std::find(std::begin(kShown), std::end(kShown), name) != std::end(kShown) && !secrets::secret_shape(value);
    variables[name] = shown ? value : "[MASKED]";
    hidden += shown ? 0 : 1;
  }
  if (hidden > 0) facts.notes.push_back(std::to_string(hidden) + " CI variables are listed without their values");

  json::Value internal = {{"job", job_id}};
  for (const auto& [key, variable] :
       {std::pair{"name", "CI_RUNNER_DESCRIPTION"}, std::pair{"architecture", "CI_RUNNER_EXECUTABLE_ARCH"}}) {
    const std::string value = value_of(environment, variable);
    if (!value.empty()) internal[key] = secrets::masked(value);
  }
  // Tags and branches look alike in CI_COMMIT_REF_NAME; a merge request's pipeline has its own ref.
  const std::string merge_ref = value_of(environment, "CI_MERGE_REQUEST_REF_PATH");
  const std::string ref = !value_of(environment, "CI_COMMIT_TAG").empty() ? "refs/tags/" + ref_name
                          : !merge_ref.empty()                            ? merge_ref
                                                                          : "refs/heads/" + ref_name;
  facts.builder_id = project + "/-/runners/" + runner;
  facts.build_type = "https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1";
  facts.invocation_id = job_id;
  facts.external = json::to_text({{"source", project}, {"entryPoint", job_name}, {"variables", std::move(variables)}});
  facts.internal = json::to_text(internal);
  facts.parameters_key = "variables";
  facts.source = "git+" + project + "@" + ref;
  facts.commit = sha;
  if (const std::string started = value_of(environment, "CI_JOB_STARTED_AT"); !started.empty()) {
    SUPPLY_TRY(facts.started, parse_rfc3339(started).at("environment variable CI_JOB_STARTED_AT"));
  }
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& gitlab() {
  static const CiSystem system = {"gitlab", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
