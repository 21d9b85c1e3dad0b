// Tekton, which sets no variables: a step is given them by its task (guide/ci.md shows how). Its Chains, which watches
// the cluster, signs for itself; what a step says is its own word. Source: tekton.dev/docs/pipelines/variables.
#include "libsupply/trust/provenance/internal/ci_job.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return !value_of(environment, "TEKTON_TASKRUN_NAME").empty(); }

Result<BuildFacts> read(const Environment& environment) {
  CiJob job{.system = "tekton"};
  SUPPLY_TRY(const std::string run, require(environment, "TEKTON_TASKRUN_NAME"));
  SUPPLY_TRY(const std::string name_space, require(environment, "TEKTON_TASKRUN_NAMESPACE"));
  SUPPLY_TRY(const std::string uid, require(environment, "TEKTON_TASKRUN_UID"));
  SUPPLY_TRY(job.entry_point, require(environment, "TEKTON_TASK_NAME"));
  SUPPLY_TRY(job.repository, require(environment, "TEKTON_SOURCE_URL"));
  SUPPLY_TRY(job.commit, require(environment, "TEKTON_SOURCE_COMMIT"));
  job.branch = value_of(environment, "TEKTON_SOURCE_BRANCH");
  job.tag = value_of(environment, "TEKTON_SOURCE_TAG");
  // Where the API server of its cluster has it.
  job.builder_id = "https://kubernetes.default.svc/apis/tekton.dev/v1/namespaces/" + name_space + "/taskruns";
  job.invocation_id = job.builder_id + "/" + run + "#" + uid;
  job.repository_variable = "TEKTON_SOURCE_URL";
  job.commit_variable = "TEKTON_SOURCE_COMMIT";
  job.internal = {{"pipeline_run", value_of(environment, "TEKTON_PIPELINERUN_NAME")},
                  {"pipeline_run_id", value_of(environment, "TEKTON_PIPELINERUN_UID")},
                  {"pipeline", value_of(environment, "TEKTON_PIPELINE_NAME")}};
  SUPPLY_TRY(BuildFacts facts, facts_of(std::move(job)));
  facts.notes.push_back("the parameters of a task are not in the environment: name them with --param");
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& tekton() {
  static const CiSystem system = {"tekton", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
