// Bitbucket Pipelines. Source: support.atlassian.com/bitbucket-cloud, "Variables and secrets".
#include "libsupply/trust/provenance/internal/ci_job.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return !value_of(environment, "BITBUCKET_BUILD_NUMBER").empty(); }

Result<BuildFacts> read(const Environment& environment) {
  CiJob job{.system = "bitbucket"};
  SUPPLY_TRY(const std::string repository, require(environment, "BITBUCKET_REPO_FULL_NAME"));
  SUPPLY_TRY(job.commit, require(environment, "BITBUCKET_COMMIT"));
  SUPPLY_TRY(const std::string number, require(environment, "BITBUCKET_BUILD_NUMBER"));
  job.repository = "https://bitbucket.org/" + repository;
  job.branch = value_of(environment, "BITBUCKET_BRANCH");
  job.tag = value_of(environment, "BITBUCKET_TAG");
  job.entry_point = "bitbucket-pipelines.yml";
  job.builder_id = job.repository + "/pipelines";
  job.invocation_id = job.repository + "/pipelines/results/" + number;
  job.repository_variable = "BITBUCKET_REPO_FULL_NAME";
  job.commit_variable = "BITBUCKET_COMMIT";
  job.internal = {{"pipeline", value_of(environment, "BITBUCKET_PIPELINE_UUID")},
                  {"step", value_of(environment, "BITBUCKET_STEP_UUID")}};
  SUPPLY_TRY(BuildFacts facts, facts_of(std::move(job)));
  facts.notes.push_back("the variables of a custom pipeline cannot be told from others: name them with --param");
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& bitbucket() {
  static const CiSystem system = {"bitbucket", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
