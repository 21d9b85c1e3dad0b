// Azure Pipelines. Source: learn.microsoft.com, azure/devops/pipelines, "Use predefined variables".
#include "libsupply/trust/provenance/internal/ci_job.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) {
  const std::string build = value_of(environment, "TF_BUILD");
  return build == "True" || build == "true";
}

Result<BuildFacts> read(const Environment& environment) {
  CiJob job{.system = "azure-pipelines"};
  SUPPLY_TRY(job.repository, require(environment, "BUILD_REPOSITORY_URI"));
  SUPPLY_TRY(job.commit, require(environment, "BUILD_SOURCEVERSION"));
  SUPPLY_TRY(job.branch, require(environment, "BUILD_SOURCEBRANCH"));  // "refs/heads/main", "refs/tags/v1"
  SUPPLY_TRY(job.entry_point, require(environment, "BUILD_DEFINITIONNAME"));
  SUPPLY_TRY(std::string collection, require(environment, "SYSTEM_COLLECTIONURI"));
  SUPPLY_TRY(const std::string project, require(environment, "SYSTEM_TEAMPROJECTID"));
  SUPPLY_TRY(const std::string build, require(environment, "BUILD_BUILDID"));
  if (!collection.ends_with('/')) collection += '/';
  job.builder_id = collection + project;
  job.invocation_id = collection + project + "/_build/results?buildId=" + build;
  job.repository_variable = "BUILD_REPOSITORY_URI";
  job.commit_variable = "BUILD_SOURCEVERSION";
  job.internal = {{"reason", value_of(environment, "BUILD_REASON")},
                  {"definition_id", value_of(environment, "SYSTEM_DEFINITIONID")},
                  {"job_id", value_of(environment, "SYSTEM_JOBID")},
                  {"agent", value_of(environment, "AGENT_NAME")}};
  SUPPLY_TRY(BuildFacts facts, facts_of(std::move(job)));
  facts.notes.push_back("a pipeline's parameters are not in the environment: name them with --param");
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& azure_pipelines() {
  static const CiSystem system = {"azure-pipelines", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
