// Jenkins, which says what it likes of itself: level 1. Source: jenkins.io/doc, "Using environment variables"; plugin
// git, "Environment variables".
#include "libsupply/trust/provenance/internal/ci_job.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) {
  return !value_of(environment, "JENKINS_URL").empty() && !value_of(environment, "BUILD_TAG").empty();
}

Result<BuildFacts> read(const Environment& environment) {
  CiJob job{.system = "jenkins"};
  SUPPLY_TRY(job.repository, require(environment, "GIT_URL"));
  SUPPLY_TRY(job.commit, require(environment, "GIT_COMMIT"));
  SUPPLY_TRY(job.entry_point, require(environment, "JOB_NAME"));
  SUPPLY_TRY(job.builder_id, require(environment, "JENKINS_URL"));
  SUPPLY_TRY(job.invocation_id, require(environment, "BUILD_URL"));
  job.tag = value_of(environment, "TAG_NAME");
  job.branch = value_of(environment, "BRANCH_NAME");
  if (job.branch.empty()) {
    // The git plugin's has the remote in front.
    job.branch = value_of(environment, "GIT_BRANCH");
    if (job.branch.starts_with("origin/")) job.branch.erase(0, 7);
  }
  job.repository_variable = "GIT_URL";
  job.commit_variable = "GIT_COMMIT";
  job.internal = {{"build_number", value_of(environment, "BUILD_NUMBER")},
                  {"node", value_of(environment, "NODE_NAME")}};
  SUPPLY_TRY(BuildFacts facts, facts_of(std::move(job)));
  facts.notes.push_back("Jenkins's build parameters cannot be told from other variables: name them with --param");
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& jenkins() {
  static const CiSystem system = {"jenkins", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
