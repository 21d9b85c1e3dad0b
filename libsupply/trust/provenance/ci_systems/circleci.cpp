// CircleCI. Source: circleci.com/docs, "Project values and variables".
#include "libsupply/trust/provenance/internal/ci_job.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return value_of(environment, "CIRCLECI") == "true"; }

Result<BuildFacts> read(const Environment& environment) {
  CiJob job{.system = "circleci"};
  SUPPLY_TRY(job.repository, require(environment, "CIRCLE_REPOSITORY_URL"));
  SUPPLY_TRY(job.commit, require(environment, "CIRCLE_SHA1"));
  SUPPLY_TRY(job.entry_point, require(environment, "CIRCLE_JOB"));
  SUPPLY_TRY(job.invocation_id, require(environment, "CIRCLE_BUILD_URL"));
  job.branch = value_of(environment, "CIRCLE_BRANCH");
  job.tag = value_of(environment, "CIRCLE_TAG");
  job.repository_variable = "CIRCLE_REPOSITORY_URL";
  job.commit_variable = "CIRCLE_SHA1";
  const std::string project = value_of(environment, "CIRCLE_PROJECT_ID");
  job.builder_id = "https://circleci.com" + (project.empty() ? "" : "/api/v2/projects/" + project);
  job.internal = {{"pipeline_id", value_of(environment, "CIRCLE_PIPELINE_ID")},
                  {"workflow_id", value_of(environment, "CIRCLE_WORKFLOW_ID")},
                  {"organization_id", value_of(environment, "CIRCLE_ORGANIZATION_ID")}};
  SUPPLY_TRY(BuildFacts facts, facts_of(std::move(job)));
  facts.notes.push_back("CircleCI's pipeline parameters are not in the environment: name them with --param");
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& circleci() {
  static const CiSystem system = {"circleci", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
